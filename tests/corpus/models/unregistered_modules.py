"""Modules in plain lists, dicts and tuples, and the legitimate uses of these."""

from collections import OrderedDict

import torch
import torch.nn as nn
import torch.nn.functional as F


class PlainList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]  # TR106@9 self.layers in PlainList

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class ListComprehension(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4) for _ in range(2)]  # TR106@9 self.layers

    def forward(self, x):
        return self.layers[1](self.layers[0](x))


class PlainTuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.pair = (nn.Linear(4, 4), nn.ReLU())  # TR106@9 self.pair

    def forward(self, x):
        return self.pair[1](self.pair[0](x))


class PlainDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = {"a": nn.Linear(4, 2), "b": nn.Linear(4, 3)}  # TR106@9 self.heads

    def forward(self, x):
        return {name: head(x) for name, head in self.heads.items()}  # TR305


class DictComprehension(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = {name: nn.Linear(4, 2) for name in ("a", "b")}  # TR106@9 self.heads

    def forward(self, x):
        return self.heads["a"](x)


class PlainDictOfLosses(nn.Module):
    """Nothing in them to train, save or move."""

    def __init__(self):
        super().__init__()
        self.losses = {"l1": nn.L1Loss(), "l2": nn.MSELoss(reduction="none")}

    def forward(self, x, target):
        return self.losses["l1"](x, target)


class PlainListOfWeightedLosses(nn.Module):
    def __init__(self):
        super().__init__()
        self.losses = [nn.CrossEntropyLoss(weight=torch.ones(4))]  # TR106@9 self.losses

    def forward(self, x, target):
        return self.losses[0](x, target)


class LocalListKept(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for _ in range(2):
            layers.append(nn.Linear(4, 4))
        self.layers = layers  # TR106@9 self.layers

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class AppendedToAttribute(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = []  # TR106@9 self.layers
        for _ in range(2):
            self.layers.append(nn.Linear(4, 4))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class AnnotatedList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers: list[nn.Module] = [nn.Linear(4, 4)]  # TR106@9 self.layers

    def forward(self, x):
        return self.layers[0](x)


class GivenToModuleList(nn.Module):
    def __init__(self):
        super().__init__()
        self.plain = [nn.Linear(4, 4), nn.Linear(4, 4)]
        self.layers = nn.ModuleList(self.plain)

    def forward(self, x):
        for layer in self.plain:
            x = layer(x)
        return x


class GivenToSequential(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Linear(4, 4)]
        layers.append(nn.ReLU())
        layers += [nn.Linear(4, 4)]
        self.body = nn.Sequential(*layers)

    def forward(self, x):
        return self.body(x)


class GivenToOrderedSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(OrderedDict([("fc", nn.Linear(4, 4)), ("act", nn.ReLU())]))

    def forward(self, x):
        return self.body(x)


class GivenToAddModule(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4), nn.Linear(4, 4)]
        for index, layer in enumerate(self.layers):
            self.add_module(f"layer{index}", layer)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class GivenToModuleDict(nn.Module):
    def __init__(self):
        super().__init__()
        heads = {"a": nn.Linear(4, 2), "b": nn.Linear(4, 3)}
        self.heads = nn.ModuleDict(heads)

    def forward(self, x):
        return self.heads["a"](x)


class HiddenOnPurpose(nn.Module):
    """A list of one hides another module from parameters(), as its author wants."""

    def __init__(self, teacher=None):
        super().__init__()
        self.teacher = [teacher]
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)


class RegisteredOneByOne(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4)
        self.b = nn.Linear(4, 4)
        self.order = [self.a, self.b]

    def forward(self, x):
        for layer in self.order:
            x = layer(x)
        return x


class OtherContents(nn.Module):
    def __init__(self):
        super().__init__()
        self.kinds = [nn.ReLU, nn.GELU]
        self.functions = {"relu": F.relu, "gelu": F.gelu}
        self.sizes = (4, 8)
        self.weights = [torch.zeros(4), torch.ones(4)]
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)


class OutsideOfModels:
    def __init__(self):
        self.models = [nn.Linear(4, 4), nn.Linear(4, 4)]


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "PlainList": MATRIX,
    "ListComprehension": MATRIX,
    "PlainTuple": MATRIX,
    "PlainDict": MATRIX,
    "DictComprehension": MATRIX,
    "LocalListKept": MATRIX,
    "AppendedToAttribute": MATRIX,
    "AnnotatedList": MATRIX,
    "GivenToModuleList": MATRIX,
    "GivenToSequential": MATRIX,
    "GivenToOrderedSequential": MATRIX,
    "GivenToAddModule": MATRIX,
    "GivenToModuleDict": MATRIX,
    "HiddenOnPurpose": MATRIX,
    "RegisteredOneByOne": MATRIX,
    "OtherContents": MATRIX,
}
