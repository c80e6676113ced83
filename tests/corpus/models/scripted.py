"""Code for torch.jit.script runs like any other code."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


@torch.jit.script
def fused_gelu(x: Tensor) -> Tensor:
    return F.gelu(x)  # TR101@12 torch.nn.functional.gelu in nothing | runs as compiled code


@torch.jit.ignore
def plain(x):
    return torch.tanh(x)  # TR101@12 torch.tanh in nothing


@torch.jit.script
def never_called(x: Tensor) -> Tensor:
    return F.relu(x)


class UsesScripted(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return plain(fused_gelu(x))


class Exported(nn.Module):
    __constants__ = ["width"]
    width: torch.jit.Final[int]

    def __init__(self):
        super().__init__()
        self.width = 4
        self.act = nn.ReLU()

    @torch.jit.unused
    def helper(self, x: Tensor) -> Tensor:
        return F.relu(x)  # TR101@16 torch.nn.functional.relu

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.helper(x))
        return self.act(x)  # TR201@16 self.act


class OnlyWhenScripting(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        if torch.jit.is_scripting():
            return F.relu(x)  # TR101@20 torch.nn.functional.relu | nothing scripts it here
        return F.gelu(x)  # TR101@16 torch.nn.functional.gelu


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {"UsesScripted": MATRIX, "Exported": MATRIX, "OnlyWhenScripting": MATRIX}
