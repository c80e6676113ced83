# profile: aimet
"""What AIMET's validator does in its corner cases, and where we differ: it sees one run, we see all paths."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class SameObjectTwiceInSequential(nn.Module):
    def __init__(self):
        super().__init__()
        act = nn.ReLU()
        self.body = nn.Sequential(nn.Linear(4, 4), act, nn.Linear(4, 4), act)  # TR203@74

    def forward(self, x):
        return self.body(x)


class Alias(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = self.a  # TR203@9 self.b

    def forward(self, x):
        x = self.a(x)
        return self.b(x)  # TR201@16


class MultipliedList(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(*[nn.ReLU()] * 2)  # TR203

    def forward(self, x):
        return self.body(x)


class SameLayerInLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Linear(4, 4)

    def forward(self, x):
        for _ in range(2):
            x = self.c(x)  # TR202@17 self.c
        return x


class DistinctLayersInLoop(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class HelperCalledTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def activate(self, x):
        return self.act(x)  # TR201@16 self.act

    def forward(self, x):
        return self.activate(self.activate(x))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.fc(x))


class ReusedBlock(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def forward(self, x):
        x = self.block(x)
        return self.block(x)  # TR201@16 self.block


class ExclusiveBranches(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        self.deep = deep
        self.act = nn.ReLU()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        if self.deep:
            return self.act(self.fc(x))
        else:
            return self.act(x)


class DirectForwardCalls(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = self.act.forward(x)
        return self.act.forward(self.fc(x))  # TR201@16 | no hook runs


class ReusedAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x):
        x, _ = self.attention(x, x, x)
        x, _ = self.attention(x, x, x)  # TR201@16 self.attention
        return x


class TiedWeights(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.b(self.a(x))


class UnusedModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.ReLU()
        self.unused = nn.ReLU()

    def forward(self, x):
        return self.used(x)


class Constants(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        mask = torch.zeros_like(x)
        ones = torch.ones(4)
        positions = torch.arange(x.shape[1])
        return self.fc(x), mask, ones, positions


class ShapeArithmetic(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = self.fc(x)
        half = x.shape[1] // 2
        rows = x.size(0) * x.size(1)
        if rows > 3 and len(x) < 100:  # TR304@12; TR304@25 torch.Tensor.__len__
            x = x.view(x.size(0), 2, half)
        return x


class SingleOperationLeaf(nn.Module):
    def forward(self, x):
        return F.relu(x)  # default: TR101@16 torch.nn.functional.relu


class TwoOperationLeaf(nn.Module):
    def forward(self, x):
        return F.relu(x) + 1  # TR101@16 torch.nn.functional.relu; aimet: TR103


class LeafThatFlattens(nn.Module):
    def forward(self, x):
        return F.relu(x).flatten(1)  # TR101@16 torch.nn.functional.relu


class UsesLeaves(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.one = SingleOperationLeaf()
        self.two = TwoOperationLeaf()

    def forward(self, x):
        return self.two(self.one(self.fc(x)))


VECTOR = lambda: (torch.rand(2, 4),)
INPUTS = {
    "SameObjectTwiceInSequential": VECTOR,
    "Alias": VECTOR,
    "MultipliedList": VECTOR,
    "SameLayerInLoop": VECTOR,
    "DistinctLayersInLoop": VECTOR,
    "HelperCalledTwice": VECTOR,
    "Block": VECTOR,
    "ReusedBlock": VECTOR,
    "ExclusiveBranches": VECTOR,
    "DirectForwardCalls": VECTOR,
    "ReusedAttention": lambda: (torch.rand(2, 3, 4),),
    "TiedWeights": VECTOR,
    "UnusedModules": VECTOR,
    "Constants": VECTOR,
    "ShapeArithmetic": VECTOR,
    "SingleOperationLeaf": VECTOR,
    "TwoOperationLeaf": VECTOR,
    "LeafThatFlattens": VECTOR,
    "UsesLeaves": VECTOR,
}
