"""One module in several places: quantization keeps one range for all of them."""

import torch
from torch import nn


class ReusingNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.conv2 = nn.Conv2d(16, 16, kernel_size=3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.relu(self.conv1(x))
        return self.relu(self.conv2(x))


class ExclusiveNet(nn.Module):
    """Not reuse: on every path through forward the activation runs once."""

    def __init__(self, deep: bool) -> None:
        super().__init__()
        self.deep = deep
        self.shallow = nn.Linear(8, 8)
        self.inner = nn.Linear(8, 8)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.deep:
            return self.relu(self.inner(x))
        return self.relu(self.shallow(x))
