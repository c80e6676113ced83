"""Recurses without end.

forward fails on the dummy input: RecursionError: maximum recursion depth exceeded
"""

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = lambda x: self.step(x)  # TR481

    def forward(self, x):
        return self.step(x)
