"""What models take and return. A trace tells with an error, not with a warning, see tests/rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn


@dataclass
class Result:
    value: Tensor


class Pair(NamedTuple):
    left: Tensor
    right: Tensor


class Part(nn.Module):
    def forward(self, x):
        return x * 2, None


class ReturnsDictionary(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()

    def forward(self, x):
        x, _ = self.part(x)
        return {"x": x}  # TR305@16


class ReturnsMixture(nn.Module):
    def forward(self, x):
        return x * 2, None, 3, "text"  # TR305@23 None; TR305@29; TR305@32


class ReturnsObject(nn.Module):
    def forward(self, x):
        return Result(x * 2)  # TR305@16


class TakesSettings(nn.Module):
    def forward(self, x: Tensor, scale: float, mode: str):  # TR305@34 scale in TakesSettings; TR305@48 mode
        return x * scale if mode == "scale" else x


class TakesByNameOnly(nn.Module):
    def forward(self, x, *, y=None, z):  # TR305@37 z in TakesByNameOnly
        return x * z if y is None else y


class TensorsOnly(nn.Module):
    def forward(self, x: Tensor, y: Tensor | None = None, scale: float = 2.0):
        left, right = x * scale, x if y is None else y
        if scale > 4:
            return left, right
        if scale > 3:
            return [left, right]
        return Pair(left, right)


class ReturnsOneOfTwo(nn.Module):
    def chosen(self, x):
        if self.training:
            return {"loss": x.sum()}
        return [{"score": score} for score in (x, x * 2)]

    def forward(self, x):
        return self.chosen(x)  # TR305@16


VECTOR = lambda: (torch.rand(4),)
INPUTS = {
    "ReturnsOneOfTwo": VECTOR,
    "ReturnsDictionary": VECTOR,
    "ReturnsMixture": VECTOR,
    "ReturnsObject": VECTOR,
    "TakesSettings": lambda: (torch.rand(4), 2.0, "scale"),
    "TensorsOnly": VECTOR,
}
