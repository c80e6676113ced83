"""The function is stored somewhere first: names, attributes, containers, partial, getattr."""

from functools import partial

import torch
import torch.nn as nn
import torch.nn.functional as F

activation = F.relu
squash = activation
gentle = partial(F.leaky_relu, negative_slope=0.1)
ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu}
get_relu = getattr(F, "relu")


class ModuleLevelNames(nn.Module):
    def forward(self, x):
        x = activation(x)  # TR101@13 torch.nn.functional.relu
        x = squash(x)  # TR101@13 torch.nn.functional.relu
        x = gentle(x)  # TR101@13 torch.nn.functional.leaky_relu
        return get_relu(x)  # TR101@16 torch.nn.functional.relu


class LocalNames(nn.Module):
    def forward(self, x):
        act = F.relu
        x = act(x)  # TR101@13 torch.nn.functional.relu
        act = torch.tanh
        x = act(x)  # TR101@13 torch.tanh
        f = F
        return f.gelu(x)  # TR101@16 torch.nn.functional.gelu


class Attribute(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = F.relu
        self.soft = partial(F.softmax, dim=-1)

    def forward(self, x):
        x = self.act(self.fc(x))  # TR101@13 torch.nn.functional.relu in Attribute
        return self.soft(x)  # TR101@16 torch.nn.functional.softmax in Attribute


class AttributeCalledTwice(nn.Module):
    """A function is no module: calling it twice is no reuse."""

    def __init__(self):
        super().__init__()
        self.act = torch.relu

    def forward(self, x):
        x = self.act(x)  # TR101@13 torch.relu
        return self.act(x)  # TR101@16 torch.relu


class ClassAttribute(nn.Module):
    act = torch.relu
    bounded = staticmethod(F.hardtanh)

    def forward(self, x):
        return self.bounded(self.act(x))  # TR101@16 torch.nn.functional.hardtanh; TR101@29 torch.relu


class ConstructorArgument(nn.Module):
    def __init__(self, activation=F.relu):
        super().__init__()
        self.activation = activation

    def forward(self, x):
        return self.activation(x)  # TR101@16 torch.nn.functional.relu


class LiteralKey(nn.Module):
    def forward(self, x):
        return ACTIVATIONS["relu"](x)  # TR101@16 torch.nn.functional.relu


class LocalDict(nn.Module):
    def forward(self, x):
        table = {"tanh": torch.tanh, "relu": F.relu}
        return table["tanh"](x)  # TR101@16 torch.tanh


class ChosenByKey(nn.Module):
    """Whichever is chosen, it is a functional layer."""

    def __init__(self, kind="gelu"):
        super().__init__()
        self.act = ACTIVATIONS[kind]

    def forward(self, x):
        return self.act(x)  # TR101@16


class ChosenByCondition(nn.Module):
    def __init__(self, smooth=False):
        super().__init__()
        self.act = F.gelu if smooth else F.relu

    def forward(self, x):
        return self.act(x)  # TR101@16


class FunctionOrModule(nn.Module):
    """One of two ways to set the attribute makes it a module: nothing says that the function ever runs."""

    def __init__(self, smooth=False):
        super().__init__()
        if smooth:
            self.act = nn.GELU()
        else:
            self.act = F.relu

    def forward(self, x):
        return self.act(x)  # | the arguments of the model decide between a module and a function


class FunctionOrOwnMethod(nn.Module):
    """Both ways end in functions."""

    def __init__(self, exact=False):
        super().__init__()
        self.act = self.exactly if exact else F.gelu

    def exactly(self, x):
        return 0.5 * x * (1 + torch.erf(x / 2**0.5))

    def forward(self, x):
        return self.act(x)  # TR101@16 torch.nn.functional.gelu


class ByGetattr(nn.Module):
    def forward(self, x):
        return getattr(F, "relu")(x)  # TR101@16 torch.nn.functional.relu


class ByUnknownName(nn.Module):
    """Nobody can tell from the code what this calls."""

    def __init__(self, name="relu"):
        super().__init__()
        self.name = name

    def forward(self, x):
        return getattr(F, self.name.lower())(x)  # | what this calls, only a run can tell


class BoundMethod(nn.Module):
    def forward(self, x):
        act = x.relu
        return act()  # TR101@16 torch.Tensor.relu


class MappedFunction(nn.Module):
    def forward(self, x, y):
        x, y = map(F.relu, (x, y))  # TR101@20 torch.nn.functional.relu
        return x, y


class LambdaOrAnother(nn.Module):
    def __init__(self, kind="up"):
        super().__init__()
        self.scale = lambda x: x
        if kind == "up":
            self.scale = lambda x: F.interpolate(x[None], scale_factor=2)[0]  # TR101@36 torch.nn.functional.interpolate

    def forward(self, x):
        return self.scale(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "ModuleLevelNames": MATRIX,
    "LocalNames": MATRIX,
    "Attribute": MATRIX,
    "AttributeCalledTwice": MATRIX,
    "ClassAttribute": MATRIX,
    "ConstructorArgument": MATRIX,
    "LiteralKey": MATRIX,
    "LocalDict": MATRIX,
    "ChosenByKey": MATRIX,
    "ChosenByCondition": MATRIX,
    "FunctionOrModule": MATRIX,
    "FunctionOrOwnMethod": MATRIX,
    "ByGetattr": MATRIX,
    "ByUnknownName": MATRIX,
    "BoundMethod": MATRIX,
    "LambdaOrAnother": MATRIX,
    "MappedFunction": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
}
