"""Reuse through helper methods: the finding stands at the call inside the helper."""

import inspect

import torch
import torch.nn as nn
import torch.nn.functional as F


class Base(nn.Module):
    def __init__(self, flag=True):
        super().__init__()
        self.flag = flag
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.act = nn.ReLU()


class HelperTwice(Base):
    def activate(self, x):
        return self.act(x)  # TR201@16 self.act in HelperTwice

    def forward(self, x):
        x = self.activate(self.fc1(x))
        return self.activate(self.fc2(x))


class HelperOnce(Base):
    def activate(self, x):
        return self.act(x)

    def forward(self, x):
        return self.activate(self.fc1(x))


class HelperInExclusiveBranches(Base):
    def activate(self, x):
        return self.act(x)

    def forward(self, x):
        if self.flag:
            return self.activate(self.fc1(x))
        return self.activate(self.fc2(x))


class HelperAfterDirectCall(Base):
    def activate(self, x):
        return self.act(x)  # TR201@16 self.act

    def forward(self, x):
        x = self.act(self.fc1(x))
        return self.activate(self.fc2(x))


class DirectCallAfterHelper(Base):
    def activate(self, x):
        return self.act(x)

    def forward(self, x):
        x = self.activate(self.fc1(x))
        return self.act(self.fc2(x))  # TR201@16 self.act


class TwoHelpers(Base):
    def first(self, x):
        return self.act(self.fc1(x))

    def second(self, x):
        return self.act(self.fc2(x))  # TR201@16 self.act

    def forward(self, x):
        return self.second(self.first(x))


class HelperOfHelper(Base):
    def activate(self, x):
        return self.act(x)  # TR201@16 self.act

    def block(self, layer, x):
        return self.activate(layer(x))

    def forward(self, x):
        x = self.block(self.fc1, x)
        return self.block(self.fc2, x)


class HelperTakesLayer(Base):
    """Each layer is given once."""

    def apply_layer(self, layer, x):
        return layer(x)

    def forward(self, x):
        x = self.apply_layer(self.fc1, x)
        return self.apply_layer(self.fc2, x)


class HelperNeverCalled(Base):
    def unused(self, x):
        return self.act(self.act(x))

    def forward(self, x):
        return self.act(x)


class HelperInLoop(Base):
    def activate(self, x):
        return self.act(x)  # TR202@16 self.act

    def forward(self, x):
        for layer in (self.fc1, self.fc2):
            x = self.activate(layer(x))
        return x


class HelperWithFunctional(Base):
    """The functional is written once and reported once, however often it runs."""

    def activate(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu

    def forward(self, x):
        return self.activate(self.activate(x))


class HelperThroughClassName(Base):
    def activate(self, x):
        return self.act(x)  # TR201@16 self.act

    def forward(self, x):
        x = HelperThroughClassName.activate(self, self.fc1(x))
        return self.activate(self.fc2(x))


class HelperStopsEarly(Base):
    def activate(self, x, active):
        if not active:
            return x
        return self.act(x)

    def forward(self, x):
        return self.activate(x, self.flag)


class HelperLookedAt(Base):
    """Looking at a function does not run it."""

    def activate(self, x):
        return self.act(x)

    def forward(self, x):
        if len(inspect.signature(self.activate).parameters) != 1:
            raise TypeError
        return self.activate(self.fc1(x))


class Decoding(Base):
    """`generate` runs many forwards; what it uses again is no reuse within one."""

    def forward(self, x):
        return self.act(self.fc1(x))

    def generate(self, x):
        start = self.fc2(x)
        return self.forward(self.fc2(start))


class OtherModuleMethod(nn.Module):
    """A method of a child that is not its forward."""

    def __init__(self):
        super().__init__()
        self.child = HelperOnce()

    def forward(self, x):
        return self.child.activate(x)


def apply_twice(layer, x):
    return layer(layer(x))  # TR201@12 in nothing


class ModuleGivenToFunction(Base):
    def forward(self, x):
        return apply_twice(self.fc1, x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "HelperTwice", "HelperOnce", "HelperInExclusiveBranches", "HelperAfterDirectCall", "DirectCallAfterHelper",
        "TwoHelpers", "HelperOfHelper", "HelperTakesLayer", "HelperNeverCalled", "HelperInLoop",
        "HelperWithFunctional", "HelperThroughClassName", "HelperStopsEarly", "OtherModuleMethod",
        "ModuleGivenToFunction", "HelperLookedAt", "Decoding",
    ],
    MATRIX,
)
