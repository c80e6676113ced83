"""Runs forwards one after the other: nothing in here is a part of any of them."""

import torch

from .processors import Temperature


class Decoder:
    def __init__(self, model):
        self.model = model
        self.temperature = Temperature()

    def decode(self, x):
        # A forward of a model is called, and is none of this class.
        for _ in range(3):
            x = self.temperature(self.model.forward(x))
        return x


class GenerationMixin:
    """What it computes follows forwards, whoever calls it."""

    def pick(self, x):
        return torch.softmax(x, dim=-1)
