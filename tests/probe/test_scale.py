"""Models that are too large to be run: followed by their shapes, as far as that goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.probe.conftest import Verify

from torchready.config.model import ALL_CHECKS
from torchready.probe.verification import Status, Verification

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A constructor may compute with small tensors; the large ones would take 64 GiB.
LARGE = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.rate = torch.linspace(0, 0.5, 4)[1].item()
        self.narrow = nn.Linear(4, 2**17)
        self.layers = nn.ModuleList([nn.Linear(2**17, 2**17, bias=False) for _ in range(1)])

    def forward(self, x):
        x = self.narrow(x)
        for layer in self.layers:
            x = layer(x)
        return torch.relu(x) * self.rate


class Deciding(Net):
    def forward(self, x):
        x = super().forward(x)
        if x.sum() > 0:
            x = x * 2
        return x
"""


async def verified(verify: Verify, folder: Path, name: str) -> Verification:
    (folder / "large.py").write_text(LARGE, encoding="utf-8")
    return await verify(f"large.py:{name}", checks=ALL_CHECKS, timeout=300.0)


async def test_a_model_that_does_not_fit_is_followed_by_its_shapes(verify: Verify, tmp_path: Path) -> None:
    verification = await verified(verify, tmp_path, "Net")
    assert [(check.name, check.status, check.message) for check in verification.checks] == [
        (
            "forward",
            Status.PASSED,
            "followed with shapes only, without the values of its 17,180,524,544 parameters",
        ),
        ("trace", Status.PASSED, "traced without values: results are not compared"),
        ("export", Status.PASSED, None),
        (
            "onnx",
            Status.PASSED,
            "translated without values: nothing is written and nothing compared; the TorchScript-based exporter"
            " needs the values of the model's 17,180,524,544 parameters; the dynamo exporter passes",
        ),
    ]
    assert [(finding.code, finding.range.start.line) for finding in verification.findings] == [("TR101", 15)]
    observation = verification.observation
    assert observation is not None
    assert observation.outputs == ("float32[2, 131072]",)


async def test_what_values_decide_is_found_and_the_rest_skipped(verify: Verify, tmp_path: Path) -> None:
    verification = await verified(verify, tmp_path, "Deciding")
    assert [(check.name, check.status) for check in verification.checks] == [
        ("forward", Status.SKIPPED),
        ("trace", Status.SKIPPED),
        ("export", Status.FAILED),
        ("onnx", Status.FAILED),
    ]
    assert verification.checks[0].message == (
        "followed with shapes only up to line 22, where values decide: its 17,180,524,544 parameters are too many to"
        " run it here"
    )
    codes = [finding.code for finding in verification.findings if finding.range.start.line == 21]
    assert codes == ["TR301", "TR391", "TR393", "TR490"]
