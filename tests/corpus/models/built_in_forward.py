"""Modules built while forward runs."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import Dropout, Softmax as Soft


class BuiltAndCalled(nn.Module):
    def forward(self, x):
        x = nn.ReLU()(x)  # TR105@13 torch.nn.ReLU in BuiltAndCalled
        x = torch.nn.Tanh()(x)  # TR105@13 torch.nn.Tanh
        x = Dropout(0.1)(x)  # TR105@13 torch.nn.Dropout
        return Soft(dim=-1)(x)  # TR105@16 torch.nn.Softmax


class BuiltThenCalled(nn.Module):
    def forward(self, x):
        act = nn.ReLU(inplace=False)  # TR105@15 torch.nn.ReLU
        return act(x)


class BuiltWithShape(nn.Module):
    def forward(self, x):
        return nn.LayerNorm(x.shape[-1])(x)  # TR105@16 torch.nn.LayerNorm


class BuiltLossInForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x, y):
        return nn.MSELoss()(self.fc(x), y)  # TR105@16 torch.nn.MSELoss


class BuiltInHelper(nn.Module):
    def activate(self, x):
        return nn.ReLU()(x)  # TR105@16 torch.nn.ReLU

    def forward(self, x):
        return self.activate(x)


class BuiltInLoop(nn.Module):
    def forward(self, x):
        for _ in range(2):
            x = nn.Sigmoid()(x)  # TR105@17 torch.nn.Sigmoid
        return x


class BuiltUnderCondition(nn.Module):
    def forward(self, x):
        if x.dim() == 2:
            x = nn.Flatten()(x)  # TR105@17 torch.nn.Flatten
        return x


class BuiltWithFunctional(nn.Module):
    def forward(self, x):
        return nn.ReLU()(F.gelu(x))  # TR105@16 torch.nn.ReLU; TR101@26 torch.nn.functional.gelu


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)


class BuiltOwnModule(nn.Module):
    def forward(self, x):
        return Scale()(x)  # TR105@16


def activate(x):
    return nn.ELU()(x)  # TR105@12 torch.nn.ELU in nothing


class BuiltInFunction(nn.Module):
    def forward(self, x):
        return activate(x)


class BuiltInConstructor(nn.Module):
    """What a constructor builds and calls once is no part of forward."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.width = nn.Flatten()(self.fc(torch.zeros(1, 4))).shape[1]

    def forward(self, x):
        return self.fc(x)


class BuiltOnce(nn.Module):
    """What forward builds when it is missing, and keeps, is registered and stays."""

    def __init__(self):
        super().__init__()
        self.pool = None
        self.head = None

    def build_head(self, width):
        self.head = nn.Linear(width, 2)  # TR306@9 self.head
        self.head = self.head.to("cpu")  # TR306@9 self.head

    def forward(self, x):
        if self.pool is None:
            self.pool = nn.AvgPool1d(x.shape[-1] // 2)  # TR306@13 self.pool
        if self.head is None:
            self.build_head(2)
        x = self.pool(x)
        if x.dim() > 1:
            x = nn.ReLU()(x)  # TR105@17 torch.nn.ReLU
        return self.head(x)


class BuiltAgain(nn.Module):
    def forward(self, x):
        self.act = nn.ReLU()  # TR105@20 torch.nn.ReLU; TR306@9 self.act
        return self.act(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "BuiltAndCalled": MATRIX,
    "BuiltThenCalled": MATRIX,
    "BuiltWithShape": MATRIX,
    "BuiltLossInForward": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "BuiltInHelper": MATRIX,
    "BuiltInLoop": MATRIX,
    "BuiltUnderCondition": MATRIX,
    "BuiltWithFunctional": MATRIX,
    "Scale": MATRIX,
    "BuiltOwnModule": MATRIX,
    "BuiltInFunction": MATRIX,
    "BuiltInConstructor": MATRIX,
    "BuiltOnce": MATRIX,
    "BuiltAgain": MATRIX,
}
