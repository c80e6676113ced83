"""A branch on the numbers in a tensor: a trace keeps the side that the dummy input took, an export refuses."""

import torch
from torch import nn


class BranchNet(nn.Module):
    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.flatten = nn.Flatten()
        self.bright = nn.Linear(3 * 32 * 32, classes)
        self.dark = nn.Linear(3 * 32 * 32, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.flatten(x)
        if x.mean() > 0.5:
            return self.bright(x)
        return self.dark(x)
