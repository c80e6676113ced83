"""The unsafe fix of modules in a plain dictionary, and where a dictionary can be no `nn.ModuleDict`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine

SOURCE = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, names=("a", "b")):
        super().__init__()
        self.heads = {heads}

    def forward(self, x):
        return {used}
"""


def test_a_dictionary_under_names_becomes_a_module_dict(tmp_path: Path) -> None:
    source = SOURCE.format(
        heads='{"a": nn.Linear(4, 2), "b": nn.Linear(4, 2)}',
        used="torch.stack([head(x) for head in self.heads.values()])",
    )
    fixed = Engine(Config(), tmp_path).fix_all(tmp_path / "model.py", source, unsafe=True)
    assert fixed.text == source.replace("{", "nn.ModuleDict({").replace("}", "})")
    assert not fixed.remaining.findings
    before, after = _net(source), _net(fixed.text)
    x = torch.rand(3, 4)
    assert torch.equal(before(x), after(x))
    assert list(after.state_dict()) == ["heads.a.weight", "heads.a.bias", "heads.b.weight", "heads.b.bias"]


def _net(source: str) -> torch.nn.Module:
    names: dict[str, Any] = {}
    exec(source, names)
    torch.manual_seed(0)
    return names["Net"]()


@pytest.mark.parametrize(
    ("heads", "used", "reason"),
    [
        (
            '{"a": nn.Linear(4, 2)}',
            'self.heads.get("a")(x)',
            "an `nn.ModuleDict` has no `get`: look the module up in another way",
        ),
        (
            '{"items": nn.Linear(4, 2)}',
            'self.heads["items"](x)',
            "no module in an `nn.ModuleDict` can be called `items`: rename it",
        ),
        (
            '{"a.b": nn.Linear(4, 2)}',
            'self.heads["a.b"](x)',
            "no module in an `nn.ModuleDict` can be called `a.b`: rename it",
        ),
        (
            "{0: nn.Linear(4, 2)}",
            "self.heads[0](x)",
            "an `nn.ModuleDict` wants names as keys, and these are not known to be: change it by hand",
        ),
        (
            "{name: nn.Linear(4, 2) for name in names}",
            'self.heads["a"](x)',
            "an `nn.ModuleDict` wants names as keys, and these are not known to be: change it by hand",
        ),
        (
            "{nn.Linear(4, 2)}",
            "next(iter(self.heads))(x)",
            "a set has no order to register its modules in: make it a list",
        ),
    ],
)
def test_the_message_says_why_a_dictionary_stays(tmp_path: Path, heads: str, used: str, reason: str) -> None:
    source = SOURCE.format(heads=heads, used=used)
    report = Engine(Config(), tmp_path).check(tmp_path / "model.py", source)
    (finding,) = report.findings
    assert finding.fix is None
    assert finding.message.endswith(f"(no safe fix: {reason})")
