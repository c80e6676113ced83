"""Python numbers from shapes, branches on them, and sizes that stay sizes."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn


class Numbers(nn.Module):
    def forward(self, x):
        half = int(x.shape[1] / 2)  # TR304@16 torch.Tensor.__int__ in Numbers
        width = int(x.shape[-1])  # TR304@17 torch.Tensor.__int__
        scale = math.sqrt(x.size(-1))  # TR304@17 math.sqrt
        root = np.sqrt(x.shape[0])  # TR304@16 numpy.sqrt
        count = len(x)  # TR304@17 torch.Tensor.__len__
        ratio = float(x.shape[0])  # TR304@17 torch.Tensor.__float__
        return x[:, :half] * width / scale / root * count * ratio


class Branches(nn.Module):
    def forward(self, x):
        if x.shape[0] > 1:  # TR304@12 torch.Tensor.shape
            x = x * 2
        if len(x) > 1:  # TR304@12 torch.Tensor.__len__
            x = x * 2
        if x.shape[-1] == 4:  # | boxes, and no other kind of input
            x = x * 2
        if x.shape[0] == 1:  # TR304@12
            x = x * 2
        small = x.shape[0] < 8 and x.shape[1] < 8  # | which of several, not what the graph computes
        return x if small else -x  # TR304@21 | a Python value by then


class SizesStaySizes(nn.Module):
    def forward(self, x):
        batch, channels, height, width = x.shape
        if x.dim() == 3 or len(x.shape) == 3 or x.ndim == 3:
            x = x.unsqueeze(0)
        y = x.reshape(batch, channels, height * width).transpose(1, 2)
        z = x.view(x.size(0), -1, x.shape[2] // 2 * 2)
        grid = torch.arange(width, device=x.device)
        return y / width**0.5, z, grid, x.new_zeros(batch, 1), torch.zeros(x.shape)


class Checks(nn.Module):
    def forward(self, x):
        if x.shape[1] != 4:  # | a check: the traced model computes the same
            raise ValueError(f"four columns, not {x.shape[1]}")
        assert x.size(1) == 4  # | a check: the traced model computes the same
        return x


class ListsOfTensors(nn.Module):
    def forward(self, features):
        if isinstance(features, torch.Tensor):
            features = [features]
        if len(features) > 1:
            return torch.cat([one.flatten(1) for one in features])
        return features[0].flatten(1)


class OwnTensors(nn.Module):
    """What the model holds is as long for one input as for another."""

    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(4))
        self.register_buffer("table", torch.zeros(3, 4))

    def forward(self, x):
        last = len(self.gain) - 1  # | always 3
        for index in range(self.table.shape[0]):  # | always 3
            x = x + self.table[index]
        if self.gain.size(0) > 3:  # | always 4
            x = x * self.gain[last]
        if self.table.shape[-1] > x.shape[-1]:  # TR304@12 torch.Tensor.shape
            x = x * 2
        return x


class ChecksWithMessages(nn.Module):
    def forward(self, x, y):
        assert len(x) == len(y)  # | a check: the traced model computes the same
        if len(x) < 1:  # | and another one
            raise ValueError("nothing")
        rows, columns = x.shape
        if columns % 4:  # | and another one
            message = f"{columns} columns in {rows:d} rows"
            raise ValueError(message)
        if columns > 2:  # TR304@12 torch.Tensor.shape
            x = x * 2
        return x + y


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Numbers": MATRIX,
    "Branches": MATRIX,
    "SizesStaySizes": lambda: (torch.rand(2, 3, 4, 4),),
    "Checks": MATRIX,
    "OwnTensors": MATRIX,
    "ChecksWithMessages": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "ListsOfTensors": lambda: ([torch.rand(2, 4), torch.rand(2, 4)],),
}
