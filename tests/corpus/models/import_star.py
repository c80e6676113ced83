"""Star imports from torch."""

import torch
from torch.nn import *
from torch.nn.functional import *


class Net(Module):
    def __init__(self):
        super().__init__()
        self.fc = Linear(4, 4)
        self.act = ReLU()

    def forward(self, x):
        x = relu(self.fc(x))  # TR101@13 torch.nn.functional.relu
        x = self.act(x)
        x = self.act(x)  # TR201@13 self.act
        return softmax(x, dim=1)  # TR101@16 torch.nn.functional.softmax


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
