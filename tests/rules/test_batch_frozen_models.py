"""TR403 on small models, beside how they take twice the batch that they were written for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine
from torchready.finding import Severity

SOURCE = """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 4, stride=4)
        self.norm = nn.BatchNorm2d(8)
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.query = nn.Linear(8, 8)
        self.head = nn.Linear(128, 2)
        self.lstm = nn.LSTM(8, 8, batch_first=True)
        self.gru = nn.GRU(8, 8)
        self.places = nn.Parameter(torch.rand(1, 3, 16, 16))
        self.start = torch.zeros(1, 4, 8)

    def forward(self, x):
        x = self.conv(x)
        {code}
"""
TOKENS = "x = x.flatten(2).transpose(1, 2)\n        "
FROZEN = {
    "a view to a number of samples": "return self.head(x.view(4, 128))",
    "a view to a number and the rest": "return self.head(x.view(4, -1))",
    "behind activations": "return self.head(F.relu(self.norm(x)).reshape(4, 8 * 16))",
    "heads of tokens": TOKENS + "return self.query(x).view(4, 16, 2, 4)",
    "heads of tokens in a tuple": TOKENS + "return self.query(x).reshape((4, 16, 2, 4)).transpose(1, 2)",
    "behind a permutation": "x = x.permute(0, 2, 3, 1)\n        return self.query(x).view(4, 16, 8)",
    "behind a mean": "x = x.mean((2, 3))\n        return self.query(x).view(4, 2, 4)",
    "behind a mean by name": "x = x.mean(dim=2)\n        return x.view(4, 32)",
    "an expansion of the batch": "return x.mean((2, 3)).unsqueeze(1).expand(4, 5, 8)",
    "zeros beside it": "return torch.cat([x, torch.zeros(4, 1, 4, 4)], dim=1)",
    "ones beside it, moved": "return torch.cat((x.flatten(1), torch.ones(4, 2).to(x.device)), 1)",
    "noise beside it": TOKENS + "return torch.cat([torch.randn((4, 1, 8)), self.query(x)], dim=1)",
    "one sample beside it": TOKENS
    + "return torch.cat([torch.zeros(1, 1, 8), x[:1]], 1), torch.cat([torch.zeros(1, 1, 8), x], 1)",
    "a token for so many samples": TOKENS + "return torch.cat([self.token.expand(4, -1, -1), x], dim=1)",
    "a full tensor beside it": "return torch.concat([x, torch.full((4, 2, 4, 4), 0.5)], dim=-3)",
    "a state": TOKENS + "return self.lstm(x, (torch.zeros(1, 4, 8), torch.zeros(1, 4, 8)))[0]",
    "a state that is kept": TOKENS + "return self.gru(x.transpose(0, 1), self.start)[0]",
    "a state of one sample": TOKENS
    + "h = torch.zeros(1, 1, 8)\n        return self.gru(x.transpose(0, 1), h)[1]",
}
FREE = {
    "the batch taken over": "return self.head(x.view(x.shape[0], -1))",
    "a size unpacked": "b, c, h, w = x.shape\n        return x.view(1, b, c, h, w), x.view(2, b // 2, c, h, w)",
    "two halves": "return x.view(2, -1, 8, 4, 4)",
    "a token for the batch": TOKENS + "return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)",
    "zeros for the batch": "return torch.cat([x, torch.zeros(x.shape[0], 1, 4, 4)], dim=1)",
    "more samples": "return torch.cat([x, torch.zeros(4, 8, 4, 4)], dim=0), torch.cat([x, torch.zeros(4, 8, 4, 4)])",
    "more samples, counted from behind": "return torch.cat([x, torch.zeros(4, 8, 4, 4)], dim=-4)",
    "zeros that are added": TOKENS + "return x + torch.zeros(1, 16, 8)",
    "another place for the batch": TOKENS + "x = x.transpose(0, 1)\n        return x.reshape(16, -1)",
    "the batch summed": "return x.sum(0).view(8, 16), x.mean().view(1, 1)",
    "some images of many": "return x[:2].view(2, 128), torch.cat([torch.zeros(1, 2, 4, 4), x[:1]], 1)",
    "one image of many": "return x[0].view(8, 16)",
    "a state for the batch": TOKENS + "return self.gru(x.transpose(0, 1), torch.zeros(1, x.shape[0], 8))[0]",
    "no state": TOKENS + "return self.lstm(x)[0], self.gru(x[0], torch.zeros(1, 8))[0]",
    "what weights give": "return x.flatten(1) + self.conv(self.places).view(1, 128)",
    "what constants give": "return x.flatten(1) + self.conv(torch.ones(1, 3, 16, 16)).view(1, 128)",
    "weights": "return x, self.query.weight.view(4, 16)",
    "tensors without a batch": "return x, torch.cat([torch.zeros(4, 1), torch.ones(4, 2)], dim=1)",
}


def findings(folder: Path, code: str) -> list[Any]:
    report = Engine(Config(select=("TR403",)), folder).check(folder / "net.py", SOURCE.format(code=code))
    return [one for one in report.findings if one.severity is Severity.WARNING]


def takes(code: str, batch: int) -> bool:
    scope: dict[str, Any] = {}
    exec(SOURCE.format(code=code), scope)
    try:
        scope["Net"]()(torch.rand(batch, 3, 16, 16))
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("code", FROZEN.values(), ids=FROZEN.keys())
def test_a_model_for_one_batch_size_is_told(code: str, tmp_path: Path) -> None:
    assert any(takes(code, batch) for batch in (1, 4))
    assert not takes(code, 8)
    (finding,) = findings(tmp_path, code)
    assert "for no other batch size" in finding.message


@pytest.mark.parametrize("code", FREE.values(), ids=FREE.keys())
def test_a_model_for_all_of_them_is_left_alone(code: str, tmp_path: Path) -> None:
    assert takes(code, 4)
    assert takes(code, 8)
    assert findings(tmp_path, code) == []


def test_the_place_is_the_call_that_joins(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, FROZEN["zeros beside it"])
    assert (finding.range.start, finding.range.end, finding.symbol) == ((20, 15), (20, 24), "torch.cat")
    assert finding.message == (
        "`torch.cat` joins a tensor of 4 samples with the batch: the model works, and its ONNX form too, for no other"
        " batch size; make it as long as the batch, with `x.shape[0]`"
    )


@pytest.mark.parametrize("code", ["return x.view(1, -1)", "return x.reshape(1, -1, 8)"])
def test_one_sample_of_the_whole_batch_is_information(code: str, tmp_path: Path) -> None:
    assert takes(code, 4)
    assert takes(code, 8)
    report = Engine(Config(select=("TR403",)), tmp_path).check(tmp_path / "net.py", SOURCE.format(code=code))
    (finding,) = report.findings
    assert finding.severity is Severity.INFORMATION
    assert "makes one sample of the whole batch" in finding.message
