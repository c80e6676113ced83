"""Functional layers and reuse together, in a loop: what can be repaired is, the rest says what to do."""

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + F.gelu(self.linear(x))


class LoopNet(nn.Module):
    def __init__(self, width: int = 64, depth: int = 4) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([Block(width) for _ in range(depth)])
        self.shared = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.helpers = [nn.Linear(width, width)]  # hidden from parameters() and the state dict

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:  # each turn takes another block: not reuse
            x = block(x)
        for _ in range(3):
            x = F.silu(self.shared(x))
        x = self.norm(x)
        x = nn.ReLU()(x)
        return self.norm(self.helpers[0](x))
