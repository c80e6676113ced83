"""Lengths that the numbers in a tensor decide: what is found is what torch.export refuses."""

from __future__ import annotations

import logging
import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.fx.experimental.symbolic_shapes import GuardOnDataDependentSymNode

from torchready.config import Config
from torchready.engine import Engine
from torchready.finding import Finding, Severity

SOURCE = """import math

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        {body}
        return x
"""
REFUSED = (
    "if x.nonzero().shape[0] > 3: x = x + 1",
    "if x.nonzero().numel() > 3: x = x + 1",
    "if len(x.argwhere()) > 3: x = x + 1",
    "if x.nonzero()[:, 0].shape[0]: x = x + 1",
    "if x.nonzero()[:2].shape[0] > 1: x = x + 1",
    "if x.nonzero().shape[0] == x.shape[0]: x = x + 1",
    "if torch.where(x > 0)[0].shape[0] > 3: x = x + 1",
    "if x[x > 0].shape[0] > 3: x = x + 1",
    "if x[x[:, 0] > 0, 0].shape[0] > 3: x = x + 1",
    "if x[(x > 0) | torch.isnan(x)].numel() == 0: x = x + 1",
    "if x[x.nonzero()[:, 0]].shape[0] > 3: x = x + 1",
    "if x.unique().shape[0] > 3: x = x + 1",
    "if torch.unique(x, dim=0).shape[0] > 3: x = x + 1",
    "if x.nonzero().flatten().shape[0] > 3: x = x + 1",
    "if x.nonzero().reshape(-1).shape[0] > 3: x = x + 1",
    "if x[x > 0].view(-1, 1).shape[0] > 3: x = x + 1",
    "n, d = x.nonzero().shape\nif n > d: x = x + 1",
    "n = int(x.nonzero().shape[0])",
    "x = x * math.sqrt(x.masked_select(x > 0).shape[0])",
    "for _ in range(x[x > 0].shape[0]): x = x + 1",
    "for row in x[x[:, 0] > 0]: x = x + row",
)
TAKEN = (
    "if x.nonzero().shape[1] > 1: x = x + 1",
    "if x.nonzero().dim() == 2: x = x + 1",
    "n, d = x.nonzero().shape\nif d > 1: x = x + 1",
    "if x[x[:, 0] > 0].shape[1] > 3: x = x + 1",
    "if x[:, x[0] > 0].shape[0] > 3: x = x + 1",
    "mask = x > 0\nif x[mask].shape[0] == x.abs()[mask].shape[0]: x = x + 1",
    "if x.unique(return_inverse=True)[1].shape[0] > 3: x = x + 1",
    "if x.unique(dim=1).shape[0] > 3: x = x + 1",
    "if len(torch.where(x > 0)) == 2: x = x + 1",
    "if torch.where(x > 0, x, -x).shape[0] > 3: x = x + 1",
    "x = x + torch.zeros(x.nonzero().shape[0]).sum()",
    "x = x / x.nonzero().shape[0]",
)


def source_of(body: str) -> str:
    return SOURCE.format(body=textwrap.indent(body, " " * 8).lstrip())


def warnings_of(body: str, folder: Path) -> list[Finding]:
    report = Engine(Config(select=("TR30",)), folder).check(folder / "model.py", source_of(body))
    return [finding for finding in report.findings if finding.severity is Severity.WARNING]


def export(body: str) -> None:
    scope: dict[str, Any] = {}
    exec(compile(source_of(body), "model.py", "exec"), scope)
    torch.export.export(scope["Net"](), (torch.randn(4, 5),), strict=False)


@pytest.mark.parametrize("body", REFUSED)
def test_what_is_found_is_refused(body: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert {finding.code for finding in warnings_of(body, tmp_path)} & {"TR301", "TR302", "TR303"}
    with caplog.at_level(logging.CRITICAL, "torch"), pytest.raises(GuardOnDataDependentSymNode):
        export(body)


@pytest.mark.parametrize("body", TAKEN)
def test_what_is_not_found_is_taken(body: str, tmp_path: Path) -> None:
    assert warnings_of(body, tmp_path) == []
    export(body)


def test_what_may_be_a_list_and_a_truth_value_is_none(tmp_path: Path) -> None:
    source = (
        source_of("")
        .replace("(self, x)", "(self, x, pair, side)")
        .replace("return x", "return pair[side == 0]")
    )
    used = source.replace("        return", "        if len(pair[side == 0]) > 3: x = x + 1\n        return")
    report = Engine(Config(select=("TR30",)), tmp_path).check(tmp_path / "model.py", used)
    assert [finding.code for finding in report.findings] == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "if x.nonzero().shape[0] > 3: x = x + 1",
            "the branch on `x.nonzero().shape[0] > 3` depends on a length that the numbers in a tensor decide: a trace"
            " keeps the side that its example takes, silently wrong for other inputs, and torch.export refuses; compute"
            " both and choose with `torch.where`, or use `torch.cond`",
        ),
        (
            "n = int(x.nonzero().shape[0])",
            "`int(x.nonzero().shape[0])` makes a Python number of a length that the numbers in a tensor decide: a trace"
            " goes on with that of its example as a constant; use the length as it is, which a graph can hold",
        ),
        (
            "n = len(x[x > 0])",
            "`len(x[x > 0])` makes a Python number of a length that the numbers in a tensor decide: a trace goes on"
            " with that of its example as a constant; use `.shape[0]`, which a graph can hold",
        ),
        (
            "x = x[:min(x.nonzero().shape[0], 3)]",
            "`min(x.nonzero().shape[0], 3)` depends on a length that the numbers in a tensor decide: a trace keeps the"
            " one that its example gives, silently wrong for other inputs; compute with tensors, `torch.minimum` and"
            " `torch.maximum`",
        ),
        (
            "assert x.nonzero().shape[0] > 0",
            "the check `x.nonzero().shape[0] > 0` depends on a length that the numbers in a tensor decide: a trace"
            " loses it; check outside of the model or with `torch._assert`",
        ),
    ],
)
def test_the_message_says_that_it_is_a_length(body: str, message: str, tmp_path: Path) -> None:
    assert [finding.message for finding in warnings_of(body, tmp_path)] == [message]
