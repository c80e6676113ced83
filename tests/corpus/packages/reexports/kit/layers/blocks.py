import torch
from torch import nn

from ..activations import ACTIVATIONS


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()
        self.table = ACTIVATIONS["gelu"]

    def forward(self, x):
        return self.table(self.act(self.fc(x)))  # TR101@16 torch.nn.functional.gelu in Block


INPUTS = {"Block": lambda: (torch.rand(2, 4),)}
