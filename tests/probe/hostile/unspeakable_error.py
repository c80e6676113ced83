"""Raises what cannot be printed.

forward fails on the dummy input: Unspeakable
"""

from torch import nn


class Unspeakable(BaseException):
    def __str__(self):
        raise RuntimeError

    __repr__ = __str__


class Net(nn.Module):
    def forward(self, x):
        raise Unspeakable  # TR481
