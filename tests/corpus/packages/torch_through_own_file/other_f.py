import torch
from compat.shadow import F


class Net(torch.nn.Module):
    def forward(self, x):
        return F.relu(x)


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
