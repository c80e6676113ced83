import torch
from torch import nn

from kit.resolver import activation, swish


class Net(nn.Module):
    def __init__(self, act="ReLU", **kwargs):
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)
        self.act = activation(act, **kwargs)

    def forward(self, x):
        x = self.act(self.first(x))
        return swish(self.act(self.second(x)))  # TR201@22 self.act


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
