# profile: aimet
"""AIMET takes a childless module of one operation for a layer of its own; a bigger one it looks into."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Add(nn.Module):
    def forward(self, x, y):
        return x + y


class Clamp(nn.Module):
    def forward(self, x):
        return torch.clamp(x, 0, 1)


class Silu(nn.Module):
    def forward(self, x):
        return F.silu(x)  # default: TR101@16 torch.nn.functional.silu


class Sigmoid(nn.Module):
    def __init__(self):
        super().__init__()
        self.inplace = False

    def forward(self, x):
        return x.sigmoid()  # default: TR101@16 torch.Tensor.sigmoid


class Swish(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(x)  # aimet: TR103@16; TR101@20 torch.sigmoid


class OneOperationAndChild(nn.Module):
    """It has a child, so it is no leaf."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return F.relu(self.fc(x))  # TR101@16 torch.nn.functional.relu


class UsesThem(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.add = Add()
        self.clamp = Clamp()
        self.silu = Silu()
        self.swish = Swish()

    def forward(self, x):
        y = self.swish(self.silu(self.fc(x)))
        return self.clamp(self.add(x, y))


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Add": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "Clamp": MATRIX,
    "Silu": MATRIX,
    "Sigmoid": MATRIX,
    "Swish": MATRIX,
    "OneOperationAndChild": MATRIX,
    "UsesThem": MATRIX,
}
