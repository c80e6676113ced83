"""What a forward leaves behind, and changes of what is its own."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Counts(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = 0
        self.mean = torch.zeros(4)

    def forward(self, x):
        self.steps += 1  # TR306@9 self.steps in Counts
        self.mean = self.mean * 0.9 + x  # TR306@9 self.mean
        return x * self.steps - self.mean


class ChangesBuffers(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("total", torch.zeros(4))

    def forward(self, x):
        self.total.add_(x)  # TR306@9 self.total
        self.total += x  # TR306@9 self.total
        self.total[0] = 1  # TR306@9 self.total
        self.total.data.clamp_(min=0)  # TR306@9 self.total
        return x - self.total


class ChangesInputs(nn.Module):
    def forward(self, x: Tensor, y: Tensor, z):
        x.mul_(2)  # TR306@9 x
        y += 1  # TR306@9 y
        z[0] = 0  # TR306@9 z
        return x + y + z.sum()


class Remembers(nn.Module):
    def __init__(self):
        super().__init__()
        self.history = []
        self.last = None

    def forward(self, x):
        self.last = x.mean()  # TR306@9 self.last
        self.history.append(x)  # TR306@9 self.history
        return x * 2


class MovesItsModule(nn.Module):
    def __init__(self, model: nn.Module | None = None):
        super().__init__()
        self.model = nn.Linear(4, 4) if model is None else model

    def forward(self, x):
        self.model, x = moved(self.model, x, x.device)  # TR306@9 self.model
        return self.model(x)


def moved(model, x, device):
    return model.to(device), x.to(device)


class ItsOwn(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.ones(4))

    def forward(self, x, count=0):
        y = x.clone()
        y += 1
        y[0] = 0
        y.mul_(2)
        x = x * 2
        x += 1
        parts = []
        parts.append(y)
        count += 1
        if self.training:
            self.table.mul_(0.5)
        return torch.cat(parts) + x + self.table


VECTOR = lambda: (torch.rand(4),)
INPUTS = {
    "Counts": VECTOR,
    "ChangesBuffers": VECTOR,
    "ChangesInputs": lambda: (torch.rand(4), torch.rand(4), torch.rand(4)),
    "Remembers": VECTOR,
    "MovesItsModule": VECTOR,
    "ItsOwn": VECTOR,
}
