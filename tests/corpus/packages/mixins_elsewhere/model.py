import torch
from mixins import ActivationMixin, ReuseMixin
from torch import nn


class Net(ActivationMixin, ReuseMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.Tanh()

    def forward(self, x):
        x = self.act(self.activate(self.fc(x)))
        return self.again(x)


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
