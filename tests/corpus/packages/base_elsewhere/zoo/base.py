"""A base class whose subclasses live in other files."""

import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(self.fc(x))
        return self.head(x)

    def head(self, x):
        return x


class PlainParent:
    """No module, whatever its name."""

    def forward(self, x):
        return x


INPUTS = {"Base": lambda: (torch.rand(2, 4),)}
