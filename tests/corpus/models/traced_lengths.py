"""Lengths that the numbers in a tensor decide, and those of the same tensors that they do not."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class Places(nn.Module):
    def forward(self, x):
        found = x.nonzero()
        if found.shape[0] > 3:  # TR301@12 torch.Tensor.__bool__ in Places
            x = x + 1
        if found.size(0) == 0:  # TR301@12
            x = x + 1
        if not found.numel():  # TR301@16
            x = x + 1
        count, dimensions = torch.nonzero(x, as_tuple=False).shape
        if count > 3:  # TR301@12
            x = x + 1
        rows, columns = torch.where(x > 0)
        if rows.shape[0] > columns.shape[0] + 1:  # TR304@12
            x = x + 1
        if rows.size(0) > 1:  # TR301@12
            x = x + 1
        if found.dim() == 2 and found.ndim == 2:
            x = x + dimensions
        if found.size(1) > 2 or found.shape[-1] > 2:  # TR304@12; TR304@33
            x = x + 1
        return x


class Masks(nn.Module):
    def forward(self, x):
        positive = x > 0
        if x[positive].shape[0] > 3:  # TR301@12
            x = x + 1
        if x[~positive & torch.isfinite(x)].numel() > 3:  # TR301@12
            x = x + 1
        rows = x[positive.any(dim=1)]
        if rows.shape[0] > 1:  # TR301@12
            x = x + 1
        if rows.shape[1] > 3:  # TR304@12
            x = x + 1
        if x[:, positive[0]].shape[0] > 3:  # TR304@12
            x = x + 1
        if x[0, positive[0]].shape[0] > 1:  # TR301@12
            x = x + 1
        chosen = x[positive.to(x.device).flatten().view(2, 4)].clone()
        assert chosen.shape[0] > 0  # TR301@16 | a check
        for _ in range(chosen.shape[0]):  # TR302@18 range | unrolled without a word
            x = x + 1
        return x[positive]


class NumbersOfThem(nn.Module):
    def forward(self, x: Tensor):
        found = x.nonzero()[:, 0]
        count = len(found)  # TR303@17 torch.Tensor.__len__
        whole = int(found.shape[0])  # TR303@17 torch.Tensor.__int__
        root = math.sqrt(x.masked_select(x > 0).shape[0])  # TR303@16 math.sqrt
        few = min(x[found].shape[0], 3)  # TR301@15
        return x * count * whole * root * few


class SizesStaySizes(nn.Module):
    """What a graph can hold."""

    def forward(self, x):
        found = x.nonzero()
        count = found.shape[0]
        x = x / count + torch.zeros(count).sum()
        x = x.masked_fill(x > 2, 0)
        x[x > 3] = 1
        return x.expand(count, *x.shape), found.new_zeros(count, 2)


class NotKnownAsMasks(nn.Module):
    """Whole numbers choose as many rows as there are of them."""

    def forward(self, x, index):
        if x[index].shape[0] > 3:  # TR304@12
            x = x + 1
        if x[(index > 0).long()].shape[0] > 3:  # TR304@12
            x = x + 1
        inverse = x.unique(return_inverse=True)[1]
        if inverse.shape[0] > 1 or x.unique(dim=1).shape[0] > 1:  # TR304@12; TR304@36
            x = x + 1
        if torch.where(x > 0, x, -x).shape[0] > 1:  # TR304@12
            x = x + 1
        return x


MATRIX = lambda: (torch.tensor([[1.0, -1, 2, 0], [3.0, 0, -2, 1]]),)
INPUTS = {
    "Places": MATRIX,
    "Masks": MATRIX,
    "NumbersOfThem": lambda: (torch.tensor([1.0, -1, 2, 0]),),
    "SizesStaySizes": MATRIX,
    "NotKnownAsMasks": lambda: (*MATRIX(), torch.tensor([0, 1, 0])),
}
