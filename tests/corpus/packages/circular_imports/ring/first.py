import torch
from torch import nn


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        from ring.second import squash

        return squash(self.act(x))


INPUTS = {"First": lambda: (torch.rand(2, 4),)}
