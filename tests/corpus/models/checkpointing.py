"""Gradient checkpointing calls the module that it is given."""

from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.utils.checkpoint
import torch.utils.checkpoint as cp
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


class Base(nn.Module):
    def __init__(self, save_memory=True):
        super().__init__()
        self.save_memory = save_memory
        self.block = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
        self.other = nn.Linear(4, 4)
        self.blocks = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])


class Once(Base):
    def forward(self, x):
        x = checkpoint(self.block, x, use_reentrant=False)
        return checkpoint(self.other, x, use_reentrant=False)


class Twice(Base):
    def forward(self, x):
        x = checkpoint(self.block, x, use_reentrant=False)
        return checkpoint(self.block, x, use_reentrant=False)  # TR201@27 self.block


class DirectAndCheckpoint(Base):
    def forward(self, x):
        x = self.block(x)
        return torch.utils.checkpoint.checkpoint(self.block, x, use_reentrant=False)  # TR201@50 self.block


class CheckpointAndDirect(Base):
    def forward(self, x):
        x = cp.checkpoint(self.block, x, use_reentrant=False)
        return self.block(x)  # TR201@16 self.block


class EitherWay(Base):
    def forward(self, x):
        if self.save_memory and self.training:
            x = checkpoint(self.block, x, use_reentrant=False)
        else:
            x = self.block(x)
        return x


class InLoop(Base):
    def forward(self, x):
        for _ in range(2):
            x = checkpoint(self.block, x, use_reentrant=False)  # TR202@28 self.block
        return x


class OverDistinct(Base):
    def forward(self, x):
        for block in self.blocks:
            x = checkpoint(block, x, use_reentrant=False) if self.save_memory else block(x)
        return x


class Lambda(Base):
    def forward(self, x):
        x = self.block(x)
        return checkpoint(lambda t: self.block(t), x, use_reentrant=False)  # TR201@37 self.block


class LocalFunction(Base):
    def forward(self, x):
        def run(value):
            return F.relu(self.block(value))  # TR101@20 torch.nn.functional.relu

        return checkpoint(run, x, use_reentrant=False)


class Method(Base):
    def run(self, x):
        return torch.tanh(self.block(x))  # TR101@16 torch.tanh

    def forward(self, x):
        return checkpoint(self.run, x, use_reentrant=False)


class MethodTwice(Base):
    def run(self, x):
        return self.block(x)  # TR201@16 self.block

    def forward(self, x):
        x = checkpoint(self.run, x, use_reentrant=False)
        return checkpoint(self.run, x, use_reentrant=False)


class Partial(Base):
    def forward(self, x):
        x = self.block(x)
        return checkpoint(partial(self.block), x, use_reentrant=False)  # TR201 self.block


class CreatesFunction(Base):
    """The custom-forward idiom of older code bases."""

    def forward(self, x):
        def create_custom_forward(module):
            def custom_forward(*inputs):
                return module(*inputs)

            return custom_forward

        for block in self.blocks:
            x = checkpoint(create_custom_forward(block), x, use_reentrant=False)
        return x


class Sequential(Base):
    def forward(self, x):
        x = checkpoint_sequential(self.block, 2, x, use_reentrant=False)
        return self.block(x)  # TR201@16 self.block | checkpoint_sequential runs the elements itself


class Functional(Base):
    def forward(self, x):
        return checkpoint(F.relu, x, use_reentrant=False)  # TR101@27 torch.nn.functional.relu


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "Once", "Twice", "DirectAndCheckpoint", "CheckpointAndDirect", "EitherWay", "InLoop", "OverDistinct",
        "Lambda", "LocalFunction", "Method", "MethodTwice", "Partial", "CreatesFunction", "Sequential",
        "Functional",
    ],
    MATRIX,
)
