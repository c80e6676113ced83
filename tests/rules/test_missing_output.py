"""TR305 on outputs that are None where an argument is not given, beside what a trace says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine

SOURCE = """import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(4, 4)
        self.deep = False

    def forward(self, x, targets{default}):
        logits = self.head(x)
{body}
"""
EITHER = """
        if targets is not None:
            loss = F.mse_loss(logits, targets)
        else:
            loss = None
        return {returned}
"""
BEFORE = """
        loss = None
        if targets is not None:
            loss = F.mse_loss(logits, targets)
        return {returned}
"""


def source(body: str, default: str = "=None") -> str:
    return SOURCE.format(body=body.strip("\n"), default=default)


def places(folder: Path, text: str) -> list[tuple[str, str]]:
    """What is written where something is found, and the message up to its colon."""
    lines = text.splitlines()
    findings = Engine(Config(select=("TR305",)), folder).check(folder / "net.py", text).findings
    return [
        (
            lines[one.range.start.line][one.range.start.column : one.range.end.column],
            one.message.partition(":")[0],
        )
        for one in findings
    ]


def traces(text: str) -> bool:
    scope: dict[str, Any] = {}
    exec(text, scope)
    try:
        torch.jit.trace(scope["Net"]().eval(), (torch.rand(2, 4),))
    except RuntimeError:
        return False
    return True


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "body",
    [
        EITHER.format(returned="logits, loss"),
        EITHER.format(returned="(loss, logits)"),
        BEFORE.format(returned="logits, loss"),
        EITHER.format(returned="[logits, (logits, loss)]"),
    ],
)
def test_a_loss_without_targets_is_none(body: str, tmp_path: Path) -> None:
    assert not traces(source(body))
    assert places(tmp_path, source(body)) == [("loss", "forward returns None where `targets` is not given")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "body",
    [
        BEFORE.format(returned="logits if loss is None else (logits, loss)"),
        EITHER.format(returned="(logits, loss) if targets is not None else logits"),
        EITHER.replace(
            "return {returned}", "loss = logits.sum() if loss is None else loss\n        return logits, loss"
        ),
        EITHER.replace(
            "return {returned}",
            "if loss is not None:\n            return logits, loss\n        return logits",
        ),
        EITHER.replace(
            "return {returned}", "if targets is None:\n            return logits\n        return logits, loss"
        ),
        "        targets = logits if targets is None else targets\n" + BEFORE.format(returned="logits, loss"),
        BEFORE.format(returned="logits, loss").replace("loss = None", "loss = logits.mean()"),
    ],
)
def test_what_a_trace_takes_is_left_alone(body: str, tmp_path: Path) -> None:
    assert traces(source(body))
    assert places(tmp_path, source(body)) == []


@pytest.mark.parametrize(
    ("body", "default"),
    [
        # Who calls it has to give targets.
        (EITHER.format(returned="logits, loss"), ""),
        # More than the argument decides.
        (
            EITHER.replace("is not None:", "is not None and self.deep:").format(returned="logits, loss"),
            "=None",
        ),
        (EITHER.replace("targets is not None:", "self.deep:").format(returned="logits, loss"), "=None"),
    ],
)
def test_what_is_less_clear_is_left_alone(body: str, default: str, tmp_path: Path) -> None:
    assert places(tmp_path, source(body, default)) == []


def test_a_dictionary_with_such_a_value_becomes_no_named_tuple(tmp_path: Path) -> None:
    text = source(BEFORE.format(returned='{"logits": logits, "loss": loss}'))
    (finding,) = Engine(Config(select=("TR305",)), tmp_path).check(tmp_path / "net.py", text).findings
    assert finding.fix is None
    assert "not every value in it is known to be a tensor" in finding.message
