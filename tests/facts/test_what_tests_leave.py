"""What torch.jit.trace keeps of conditions, on whose graph AIMET's validator works."""

from __future__ import annotations

import re
import warnings
from typing import Any

import torch
from torch import nn

JIT: Any = torch.jit


class Net(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        assert torch.cumsum(x, 0).max() < 1000
        if (x.erf() > 100).any():
            raise ValueError("too large")
        while x.abs().max() > 1000:
            x = x / 2
        x = x * 2 if x.std() > 100 else x
        if (total := x.sum()) > 50:
            x = x / 2
        return x.neg() + total


def test_a_graph_holds_what_is_computed_with_and_nothing_that_only_decides() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = str(JIT.trace(Net(), (torch.rand(2, 4),)).inlined_graph)
    assert re.findall(r"aten::\w+", graph) == ["aten::sum", "aten::neg", "aten::add"]
