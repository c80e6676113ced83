import torch
from registry import build_anything, build_layer, build_pair
from torch import nn


class Net(nn.Module):
    """What a function says that it returns is a module, and a new one each time."""

    def __init__(self, kind="ReLU"):
        super().__init__()
        self.first = build_layer(kind)
        self.second = build_layer(kind)
        self.third = build_anything(kind)
        self.fourth, self.fifth = build_pair(kind)
        self.sixth, _ = build_pair(kind)

    def forward(self, x):
        x = self.second(self.first(x))
        x = self.third(self.third(x))  # | nothing says what it is
        x = self.sixth(self.fifth(self.fourth(x)))
        return self.first(x)  # TR201@16 self.first in Net


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
