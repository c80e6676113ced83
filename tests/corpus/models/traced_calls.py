"""Calls that no graph can hold, and those that one can."""

from __future__ import annotations

import copy
import random
import time
from random import uniform

import numpy as np
import torch
from torch import nn


class Random(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = random.random() + np.random.rand()

    def forward(self, x):
        a = random.random() + uniform(0, 1)  # TR307@13 random.random in Random; TR307@31 random.uniform
        b = np.random.uniform(0, 1)  # TR307@13 numpy.random.uniform
        c = torch.rand(4) + torch.randn_like(x)
        if self.training and random.random() > 0.5:
            return x
        return x * a + b + c * self.scale


class Clocks(nn.Module):
    def forward(self, x):
        start = time.perf_counter()  # TR307@17 time.perf_counter
        x = x * 2
        return x * (time.time() - start)  # TR307@21 time.time


class Copies(nn.Module):
    def __init__(self):
        super().__init__()
        self.settings = {"scale": 2}

    def forward(self, x):
        settings = copy.deepcopy(self.settings)
        return copy.deepcopy(x.detach()) * settings["scale"]  # TR307@16 copy.deepcopy


class CopiesOfOthers(nn.Module):
    def forward(self, x, boxes: list, options: dict):
        kept = copy.deepcopy(boxes)
        settings = copy.deepcopy(options)
        parts = copy.deepcopy([x, x])
        return kept[0] * settings["scale"] + parts[0]


class Tries(nn.Module):
    def forward(self, x):
        try:  # TR307@9 try
            y = x.reshape(2, 2)
        except RuntimeError:
            y = x
        try:
            z = y.sum()
        except RuntimeError as error:
            raise ValueError("no sum") from error
        try:
            count = int("3")
        except ValueError:
            count = 2
        return z * count


VECTOR = lambda: (torch.rand(4),)
INPUTS = {"Random": VECTOR, "Clocks": VECTOR, "Copies": VECTOR, "Tries": VECTOR}
