"""Elements of Sequential, ModuleList and ModuleDict, by index, key, slice and attribute."""

import torch
import torch.nn as nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.ReLU()])
        self.named = nn.ModuleDict({"first": nn.Linear(4, 4), "second": nn.ReLU()})


class ElementsOnce(Base):
    def forward(self, x):
        x = self.body[2](self.body[1](self.body[0](x)))
        x = self.layers[1](self.layers[0](x))
        return self.named["second"](self.named["first"](x))


class SequentialElementTwice(Base):
    def forward(self, x):
        x = self.body[0](x)
        return self.body[0](x)  # TR201@16


class ListElementTwice(Base):
    def forward(self, x):
        x = self.layers[1](x)
        x = self.layers[0](x)
        return self.layers[1](x)  # TR201@16


class NegativeIndex(Base):
    def forward(self, x):
        x = self.layers[-1](x)
        return self.layers[0](x)


class DictElementTwice(Base):
    def forward(self, x):
        x = self.named["second"](x)
        x = self.named["first"](x)
        return self.named["second"](x)  # TR201@16


class DictElementAsAttribute(Base):
    def forward(self, x):
        x = self.named.first(x)
        return self.named.second(x)


class UnknownKeys(Base):
    """Which elements these are is known only at run time."""

    def forward(self, x, first="first", second="second"):
        x = self.named[first](x)
        return self.named[second](x)


class WholeAndElement(Base):
    """The element has run inside of the whole already."""

    def forward(self, x):
        y = self.body(x)
        return y, self.body[0](x)  # TR201@19


class DisjointSlices(Base):
    def forward(self, x):
        x = self.body[:1](x)
        return self.body[1:](x)


class NamedSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential()
        self.body.add_module("fc", nn.Linear(4, 4))
        self.body.append(nn.ReLU())

    def forward(self, x):
        x = self.body.fc(x)
        return self.body[1](x)


class ExtendedList(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()
        self.layers.append(nn.Linear(4, 4))
        self.layers.extend([nn.Linear(4, 4), nn.ReLU()])
        self.layers.insert(0, nn.ReLU())
        self.layers += [nn.Tanh()]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class ListGrownBySign(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        self.layers = nn.ModuleList()
        self.acts = nn.ModuleList()
        self.layers += [nn.Linear(4, 4)]
        for _ in range(1, depth):
            self.layers += [nn.Linear(4, 4)]
            self.acts += [nn.ReLU()]

    def step(self, x):
        x = self.layers[0](x)  # TR202@13
        for index in range(1, len(self.layers)):
            x = self.layers[index](self.acts[index - 1](x))  # TR202@17; TR202@36
        return x

    def forward(self, x):
        for _ in range(2):
            x = self.step(x)
        return x


class LayersTimed(Base):
    """What nobody takes the result of, and only on demand, is no part of the model."""

    def time(self, layer, x):
        for _ in range(10):
            layer(x)

    def forward(self, x, profile=False):
        for layer in self.layers:
            if profile:
                self.time(layer, x)
            x = layer(x)
        return x


class ListOfLists(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = nn.ModuleList([nn.ModuleList([nn.Linear(4, 4), nn.ReLU()]) for _ in range(2)])

    def forward(self, x):
        for fc, act in self.rows:
            x = act(fc(x))
        return x


class UnpackedList(Base):
    def forward(self, x):
        fc, act = self.layers
        return act(fc(x))


class UnpackedListReused(Base):
    def forward(self, x):
        fc, act = self.layers
        return act(fc(act(x)))  # TR201


class SubclassOfSequential(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Linear(4, 4), nn.ReLU())


class UsesSubclassOfSequential(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = SubclassOfSequential()

    def forward(self, x):
        x = self.block(x)
        return self.block(x)  # TR201@16 self.block


class SequentialWithOwnForward(nn.Sequential):
    def forward(self, x):
        for module in self:
            x = module(x)
        return x


class UsesSequentialWithOwnForward(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = SequentialWithOwnForward(nn.Linear(4, 4), nn.ReLU())

    def forward(self, x):
        return self.block(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "ElementsOnce", "SequentialElementTwice", "ListElementTwice", "NegativeIndex", "DictElementTwice",
        "DictElementAsAttribute", "UnknownKeys", "WholeAndElement", "DisjointSlices", "NamedSequential",
        "ExtendedList", "ListGrownBySign", "LayersTimed", "ListOfLists", "UnpackedList", "UnpackedListReused", "SubclassOfSequential",
        "UsesSubclassOfSequential", "UsesSequentialWithOwnForward",
    ],
    MATRIX,
)
