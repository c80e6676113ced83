"""Values that a loop computes in the first turn that asks for them, and keeps."""

from __future__ import annotations

import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])


class FilledOnce(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            if cached is None:
                cached = self.fc(x)
            x = layer(x) + cached
        return x


class FilledWhereGiven(Base):
    def forward(self, x, cached=None):
        for index, layer in enumerate(self.layers):
            if index > 0 and cached is None:
                shifted = self.fc(x)
                cached: object = shifted + 1
            x = layer(x) if cached is None else layer(x) + cached
        return x


class FilledInAnInnerLoop(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            for _ in range(2):
                if cached is None:
                    cached = self.fc(x)
                x = x + cached
            x = layer(x)
        return x


class FilledInEachOuterTurn(Base):
    def forward(self, x):
        for layer in self.layers:
            cached = None
            for _ in range(2):
                if cached is None:
                    cached = self.fc(x)  # TR202@30 self.fc
                x = x + cached
            x = layer(x)
        return x


class NotKept(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            if cached is None:
                x = self.fc(x)  # TR202@21 self.fc
            x = layer(x)
        return x


class EmptiedAgain(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            if cached is None:
                cached = self.fc(x)  # TR202@26 self.fc
            x = layer(x) + cached
            cached = None
        return x


class FilledPerhaps(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            if cached is None:
                y = self.fc(x)  # TR202@21 self.fc
                if x.dim() == 3:
                    cached = y
            x = layer(x)
        return x


class FilledAndUsedBehind(Base):
    def forward(self, x):
        cached = None
        for layer in self.layers:
            if cached is None:
                cached = self.fc(x)
            x = layer(x) + cached
        return self.fc(x)  # TR201@16 self.fc


class FilledInAHelper(Base):
    """The helper's own name is None at each call."""

    def forward(self, x):
        cached = None
        for layer in self.layers:
            x = layer(self.started(x))
            if cached is None:
                cached = x + 1
        return x + cached

    def started(self, x, cached=None):
        if cached is None:
            cached = self.fc(x)  # TR202@22 self.fc
        return cached


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        *("FilledOnce", "FilledWhereGiven", "FilledInAnInnerLoop", "FilledInEachOuterTurn", "NotKept"),
        *("EmptiedAgain", "FilledPerhaps", "FilledAndUsedBehind", "FilledInAHelper"),
    ],
    MATRIX,
)
