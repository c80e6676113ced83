"""Loops whose turns the numbers in tensors decide, or their shapes, and loops of which Python knows the end."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class UntilSmall(nn.Module):
    def forward(self, x):
        while x.norm() > 1:  # TR302@15 torch.Tensor.__bool__ in UntilSmall
            x = x / 2
        while not x.any():  # TR302@19
            x = x + 1
        return x


class AsOftenAsATensorSays(nn.Module):
    def forward(self, x, steps: Tensor):
        for _ in range(int(steps)):  # TR302@18 range; TR303@24 torch.Tensor.__int__
            x = x / 2
        for _ in range(steps.max().item()):  # TR302@18 range; TR303@24 torch.Tensor.item
            x = x + 1
        for _ in range(steps):  # TR302@18 range | unrolled without a word
            x = x + 1
        count = int(steps.sum())  # TR303@17
        parts = [x for _ in range(count)]  # TR302@29 | a Python number, already frozen
        while count > 0:  # TR302@15 | a Python number, already frozen
            count -= 1
        return torch.stack(parts)


class OverShapes(nn.Module):
    def forward(self, x):
        total = x.sum() * 0
        for i in range(x.shape[0]):  # TR304@18 range | unrolled without a word
            total = total + x[i].sum()
        batch, width = x.shape
        for j in range(width // 2):  # TR304@18 range | unrolled without a word
            total = total + x[:, j].sum()
        return total * batch


class OverTensors(nn.Module):
    def forward(self, x: Tensor):
        rows = []
        for row in x:  # TR304@20 torch.Tensor.__iter__
            rows.append(row * 2)
        for i, row in enumerate(x):  # TR304@23 torch.Tensor.__iter__
            rows.append(row * i)
        for one, other in zip(x, -x):  # TR304@27 torch.Tensor.__iter__
            rows.append(one + other)
        scaled = [row * 3 for row in x]  # TR304@38
        return torch.stack(rows + scaled)


class OverWhatTensorsHold(nn.Module):
    """Experts that were chosen, say: how many there are is in the numbers."""

    def forward(self, x: Tensor):
        chosen = torch.greater(x.sum(dim=-1), 0).nonzero()
        for index in chosen:  # TR302@22 range
            x = x + index
        if chosen.numel() == 0:  # TR301@12
            x = x * 2
        for value in x.masked_select(x > 2).flatten():  # TR302@22
            x = x + value
        return x


class PythonKnowsTheEnd(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.depth = depth
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(depth)])

    def forward(self, x, steps=3):
        for layer in self.layers:
            x = layer(x)
        for _ in range(self.depth + steps):
            x = x + 1
        for part in x.chunk(2, dim=1):
            x = x + part.sum()
        for size in x.shape:
            x = x + size
        for part, _ in zip((x, -x), self.layers):
            x = x + part
        for _ in range(x.dim()):
            x = x * 2
        while steps > 0:
            steps -= 1
        return x


class GivenNumbers(nn.Module):
    """Nothing says that these are tensors, and who counts with them means numbers."""

    def __init__(self, depth=2):
        super().__init__()
        self.depth = depth

    def forward(self, x, height, steps=None):
        steps = default(steps, self.depth * 2)
        for _ in range(steps):
            x = x + 1
        times = max(int(math.log(height // 4, 4)), 1)
        for _ in range(times):
            x = x * 2
        for _ in range(height):
            x = x / 2
        return x


def default(value, otherwise):
    return value if value is not None else otherwise


class NotTraced(nn.Module):
    def forward(self, x):
        if torch.jit.is_scripting():
            while x.norm() > 1:
                x = x / 2
        return x


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "UntilSmall": lambda: (torch.ones(2, 4),),
    "AsOftenAsATensorSays": lambda: (torch.rand(4), torch.tensor(3)),
    "OverShapes": MATRIX,
    "OverTensors": MATRIX,
    "OverWhatTensorsHold": MATRIX,
    "PythonKnowsTheEnd": MATRIX,
    "GivenNumbers": lambda: (torch.rand(2, 4), 8),
    "NotTraced": MATRIX,
}
