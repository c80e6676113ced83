"""Functions outside of classes, reached from a forward: reported where they stand, with no class."""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


def swish(x):
    return x * torch.sigmoid(x)  # TR101@16 torch.sigmoid in nothing


def inner(x: Tensor) -> Tensor:
    return F.gelu(x)  # TR101@12 torch.nn.functional.gelu in nothing


def outer(x):
    return inner(x).tanh()  # TR101@12 torch.Tensor.tanh in nothing


def recursive(x, depth):
    if depth == 0:
        return F.relu(x)  # TR101@16 torch.nn.functional.relu in nothing
    return recursive(x, depth - 1)


def attention(query, key, value, scale=0.5):
    scores = torch.softmax(query @ key.transpose(-2, -1) * scale, dim=-1)  # TR101@14 torch.softmax in nothing
    return scores @ value


def runs_layer(layer, x):
    return layer(x)


def not_reached(x):
    return F.relu(x)


def reached_only_from_unreached(x):
    return not_reached(x)


class Swish(nn.Module):
    def forward(self, x):
        return swish(x)


class Chain(nn.Module):
    def forward(self, x):
        return recursive(outer(x), 2)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(4, 12)

    def forward(self, x):
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        return attention(q, k, v)


class PassesFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = swish

    def forward(self, x):
        return self.act(x)


class StaticHelper(nn.Module):
    @staticmethod
    def activate(x):
        return F.elu(x)  # TR101@16 torch.nn.functional.elu in StaticHelper

    @classmethod
    def squash(cls, x):
        return torch.tanh(x)  # TR101@16 torch.tanh in StaticHelper

    def forward(self, x):
        return self.squash(StaticHelper.activate(x))


class GivesLayersAway(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)

    def forward(self, x):
        return runs_layer(self.b, runs_layer(self.a, x))


def halved(x: torch.Tensor) -> torch.Tensor:
    return F.avg_pool1d(x, 2)  # TR101@12 torch.nn.functional.avg_pool1d in nothing


class CalledItself(nn.Module):
    """Runs in `__call__`, past hooks."""

    def __call__(self, x):
        return halved(F.elu(x))  # TR101@23 torch.nn.functional.elu in CalledItself


class Distribution:
    def __init__(self, parameters: torch.Tensor):
        mean, scale = parameters.chunk(2, dim=-1)
        self.mean = mean
        self.deviation = F.softplus(scale)  # TR101@26 torch.nn.functional.softplus in Distribution


class GivesDistribution(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return Distribution(self.fc(x)).mean


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Swish": MATRIX,
    "Chain": MATRIX,
    "Attention": MATRIX,
    "PassesFunction": MATRIX,
    "StaticHelper": MATRIX,
    "GivesLayersAway": MATRIX,
    "CalledItself": MATRIX,
    "GivesDistribution": MATRIX,
}
