"""Uses names through the package that gives them out."""

import kit
import torch
from kit import Block, Norm, smooth
from torch import nn


class Net(Block):
    def __init__(self):
        super().__init__()
        self.norm = Norm()
        self.block = kit.Block()

    def forward(self, x):
        x = smooth(super().forward(x))
        x = self.norm(self.block(x))
        x = self.norm(x)  # TR201@13 self.norm in Net
        return self.act(x)  # TR201@16 self.act in Net


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
