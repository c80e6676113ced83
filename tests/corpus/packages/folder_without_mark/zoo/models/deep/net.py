"""Its folder has no `__init__.py`, and is a part of the package all the same."""

import torch
from torch import nn

from ...parts import Shift


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.shift = Shift()

    def forward(self, x):
        return self.shift(self.shift(x))  # TR201@16 self.shift in Net


INPUTS = {"Net": lambda: (torch.rand(1, 3, 4, 4),)}
