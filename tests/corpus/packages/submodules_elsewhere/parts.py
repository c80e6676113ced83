import torch
import torch.nn as nn


class Wrapper(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return self.inner(x)


class Pair(nn.Module):
    """Gives back two tensors."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 8)

    def forward(self, x):
        left, right = self.fc(x).chunk(2, dim=-1)
        return left, right

    def encode(self, x):
        return torch.sigmoid(x)  # TR101@16 torch.sigmoid in Pair


INPUTS = {"Pair": lambda: (torch.rand(2, 4),)}
