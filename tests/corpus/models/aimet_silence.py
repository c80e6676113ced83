# profile: aimet
"""Where AIMET's validator is noisy, its profile here is not."""

import math

import torch
import torch.nn as nn


class Attention(nn.Module):
    """What happens inside of torch's own layers is not the author's code."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2)
        self.layer = nn.TransformerEncoderLayer(4, 2, 8)

    def forward(self, x):
        x, _ = self.attention(x, x, x)
        return self.layer(x)


class PythonNumbers(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(width, width)

    def forward(self, x, limit: int = 3, ratio=0.5):
        scale = 1 / math.sqrt(self.width)
        limit = limit + 1 if limit > 2 else -limit
        share = ratio * 2
        names = ["a"] + ["b"]
        text = "width " + str(self.width)
        if share > scale and limit >= 0:
            x = self.fc(x)
        return x, names, text  # TR305@19


class DevicesAndTypes(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        if x.device.type == "cuda" or x.dtype != torch.float32:
            x = x.to(torch.float32)
        steps = torch.arange(x.shape[1], device=x.device)
        table = torch.zeros(x.size(0), x.size(1) + 1, dtype=x.dtype)
        return self.fc(x), steps, table


class ArithmeticInConstructor(nn.Module):
    """What runs once, when the model is built, is no part of the graph."""

    def __init__(self):
        super().__init__()
        grid = torch.arange(4) / 4 + 1
        self.register_buffer("grid", torch.stack([grid, grid * 2]))
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x), self.grid


class Ranges(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x), torch.arange(4), torch.linspace(0, 1, 4), torch.logspace(0, 1, 4)


class Tests(nn.Module):
    """What does nothing but decide what Python runs leaves no node in a graph; TR301 tells of it."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        assert torch.cumsum(x, 0).max() < 1000  # TR301@16
        if (x.erf() > 100).any():  # TR301@12
            raise ValueError("too large")
        if torch.isfinite(x).all() and x.std() * 2 > 50:  # TR301@12; TR301@40
            x = x.view(2, 4)
        while x.norm() > 1000:  # TR302@15
            x = x.float()
        x = x.double().float() if x.sum() > 1 else x  # TR301@35
        return self.fc(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Attention": lambda: (torch.rand(3, 2, 4),),
    "PythonNumbers": MATRIX,
    "DevicesAndTypes": MATRIX,
    "ArithmeticInConstructor": MATRIX,
    "Ranges": MATRIX,
    "Tests": MATRIX,
}
