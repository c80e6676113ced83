"""Replaces what belongs to torch.

forward fails on the dummy input: TypeError: 'NoneType' object is not callable
"""

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        torch.nn.functional.linear = None

    def forward(self, x):
        return self.linear(x)  # TR481
