"""Twice the findings in a method are twice the work, not four times: counted in calls, which no clock disturbs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from torchready.config import Config
from torchready.engine import Engine

HEAD = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, slope):
        super().__init__()
        self.slope = slope
        self.conv = nn.Conv2d(3, 3, 1)

    def forward(self, x):
"""
WITHOUT_INITIALIZER = (
    "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def forward(self, x):\n"
)
SOURCES = {
    "calls": (HEAD, "        x = F.relu(F.gelu(x))\n"),
    "arguments": (HEAD, "        x = F.leaky_relu(x, self.slope)\n"),
    "reuse": (HEAD.replace("nn.Conv2d(3, 3, 1)", "nn.ReLU()"), "        x = self.conv(x)\n"),
    "new initializer": (WITHOUT_INITIALIZER, "        x = torch.relu(x)\n"),
}


def text_of(kind: str, lines: int) -> str:
    head, line = SOURCES[kind]
    return f"{head}{line * lines}        return x\n"


def calls_of(action: Callable[[], object]) -> int:
    calls = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def work(engine: Engine, path: Path, kind: str, lines: int, *, fixing: bool) -> int:
    text = text_of(kind, lines)
    if fixing:
        return calls_of(lambda: engine.fix_all(path, text))
    return calls_of(lambda: engine.check(path, text))


@pytest.mark.parametrize("fixing", [False, True], ids=["report", "fix all"])
@pytest.mark.parametrize("kind", SOURCES)
def test_work_grows_as_the_findings_do(kind: str, fixing: bool, tmp_path: Path) -> None:
    engine = Engine(Config(), tmp_path)
    path = tmp_path / "model.py"
    # What is read once, such as the rules, is read now.
    work(engine, path, kind, 2, fixing=fixing)
    one, two = (work(engine, path, kind, lines, fixing=fixing) for lines in (100, 200))
    assert two < 2.2 * one


def test_there_are_as_many_names_as_findings(tmp_path: Path) -> None:
    fixed = Engine(Config(), tmp_path).fix_all(tmp_path / "model.py", text_of("calls", 1100))
    assert len(fixed.applied) == 2200
    assert "        x = self.relu1100(self.gelu1100(x))\n" in fixed.text
