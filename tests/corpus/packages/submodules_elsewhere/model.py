import torch
from parts import Pair, Wrapper
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.first = Wrapper(act)
        self.second = Wrapper(act)  # TR203
        self.pair = Pair()

    def forward(self, x):
        left, right = self.pair(self.second(self.first(x)))
        left = left.relu()  # TR101@16 torch.Tensor.relu in Net
        right = self.first(right)  # TR201@17 self.first in Net
        return left, self.pair.encode(right)


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
