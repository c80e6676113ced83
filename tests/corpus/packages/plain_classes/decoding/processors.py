"""Plain classes: one that a loop of tokens uses, one that a model's forward reaches through another class."""

import torch
from torch.nn import functional as F


class Temperature:
    def __call__(self, scores):
        return F.softmax(scores / 0.7, dim=-1)


class Rescaling:
    def apply(self, x):
        return torch.sigmoid(x)  # TR101 torch.sigmoid in Rescaling


class Probabilities:
    """The documentation of a model names it, and no model runs it."""

    def read(self, x):
        return torch.sigmoid(x)
