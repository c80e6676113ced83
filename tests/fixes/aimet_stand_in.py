"""What `aimet_torch.nn.modules.custom` offers, as far as the cases run it without AIMET."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import torch
from torch import nn

FUNCTIONS: dict[str, Callable[..., torch.Tensor]] = {
    "Abs": torch.abs,
    "Add": lambda x, y: x + y,
    "Divide": torch.div,
    "Exponential": torch.exp,
    "Greater": torch.gt,
    "MatMul": torch.matmul,
    "Multiply": lambda x, y: x * y,
    "Neg": torch.neg,
    "Pow": lambda x, y: x**y,
    "Subtract": torch.sub,
    "Sum": torch.sum,
}


class Concat(nn.Module):
    def __init__(self, axis: int = 0) -> None:
        super().__init__()
        self.axis = axis

    def forward(self, *x: torch.Tensor) -> torch.Tensor:
        return torch.cat(x, dim=self.axis)


def install() -> None:
    """Make `from aimet_torch.nn.modules import custom` work."""
    custom = ModuleType("aimet_torch.nn.modules.custom")
    custom.__dict__["Concat"] = Concat
    for name, function in FUNCTIONS.items():
        custom.__dict__[name] = type(name, (nn.Module,), {"forward": staticmethod(function)})
    modules = ModuleType("aimet_torch.nn.modules")
    modules.__dict__["custom"] = custom
    sys.modules["aimet_torch.nn.modules"] = modules
