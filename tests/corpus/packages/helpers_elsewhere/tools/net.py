import torch
from torch import nn

from . import ops
from .ops import builds_layer


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = ops.normalize_then_relu(x)
        x = builds_layer(x)
        return ops.run_twice(self.fc, x)


def train(x, labels):
    return ops.loss(Net()(x), labels)


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
