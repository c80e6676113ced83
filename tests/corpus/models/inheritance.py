"""Base classes, mixins, super() and overridden helpers."""

import abc
from typing import Generic, TypeVar

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.modules.loss import _Loss


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu(self.fc(x))
        return self.block(x)

    def block(self, x):
        return x


class OverridesHelper(Base):
    def block(self, x):
        return self.relu(x)  # TR201@16 self.relu


class OverridesHelperWithFunctional(Base):
    def block(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


class AddsNothing(Base):
    pass


class CallsSuperForward(Base):
    def forward(self, x):
        x = super().forward(x)
        return self.relu(x)  # TR201@16 self.relu


class CallsSuperOldStyle(Base):
    def forward(self, x):
        x = super(CallsSuperOldStyle, self).forward(x)
        return self.relu(x)  # TR201@16 self.relu


class CallsBaseByName(Base):
    def forward(self, x):
        x = Base.forward(self, x)
        return self.relu(x)  # TR201@16 self.relu


class SuperForwardThenLayer(Base):
    def forward(self, x):
        x = super().forward(x)
        return self.fc(x)  # TR201@16 self.fc


class OwnForward(Base):
    """Does not run the forward that it inherits."""

    def forward(self, x):
        return self.relu(self.fc(x))


class ReplacesAttribute(Base):
    def __init__(self):
        super().__init__()
        self.relu = nn.GELU()
        self.extra = nn.ReLU()

    def block(self, x):
        return self.extra(x)


class ReuseInBase(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        x = self.act(x)
        return self.act(x)  # TR201@16 self.act in ReuseInBase


class InheritsReuse(ReuseInBase):
    """What the base does is reported once, in the base."""


class AlsoInheritsReuse(ReuseInBase):
    def __init__(self):
        super().__init__()
        self.extra = nn.Linear(4, 4)


class GrandChild(CallsSuperForward):
    def forward(self, x):
        x = super().forward(x)
        return self.relu(x)  # TR201@16 self.relu


class ActivationMixin:
    def activate(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


class UsesMixin(ActivationMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.activate(self.fc(x))


class ForwardMixin:
    def forward(self, x):
        return torch.tanh(self.fc(x))  # TR101@16 torch.tanh


class InheritsForwardFromMixin(ForwardMixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)


class UnusedMixin:
    def activate(self, x):
        return F.relu(x)


class Abstract(nn.Module, abc.ABC):
    def forward(self, x):
        return self.head(F.relu(self.body(x)))  # TR101@26 torch.nn.functional.relu

    @abc.abstractmethod
    def body(self, x): ...

    @abc.abstractmethod
    def head(self, x): ...


class Concrete(Abstract):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def body(self, x):
        return self.act(x)

    def head(self, x):
        return self.act(x)  # TR201@16 self.act


T = TypeVar("T")


class GenericBase(nn.Module, Generic[T]):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()


class OfGenericBase(GenericBase[int]):
    def forward(self, x):
        return self.act(self.act(x))  # TR201 self.act


class WithMetaclass(nn.Module, metaclass=abc.ABCMeta):
    def forward(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


class OfTorchLayer(nn.Linear):
    def forward(self, x):
        return F.relu(super().forward(x))  # TR101@16 torch.nn.functional.relu


class OfSequential(nn.Sequential):
    def forward(self, x):
        return F.relu(super().forward(x))  # TR101@16 torch.nn.functional.relu


class Outer(nn.Module):
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.act = nn.ReLU()

        def forward(self, x):
            x = F.gelu(self.act(x))  # TR101@17 torch.nn.functional.gelu in Outer.Inner
            return self.act(x)  # TR201@20 self.act in Outer.Inner

    def __init__(self):
        super().__init__()
        self.inner = Outer.Inner()

    def forward(self, x):
        return self.inner(F.relu(x))  # TR101@27 torch.nn.functional.relu in Outer


def make_class(width):
    class Local(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(width, width)

        def forward(self, x):
            return F.relu(self.fc(x))  # TR101@20 torch.nn.functional.relu

    return Local


def make_local():
    return make_class(4)()


def make_linear():
    return OfTorchLayer(4, 4)


def make_sequential():
    return OfSequential(nn.Linear(4, 4))


BaseAlias = nn.Module


class OfAlias(BaseAlias):
    def forward(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


class OfPrivateLoss(_Loss):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        return padded(self.act(self.act(x)))  # TR201@23 self.act in OfPrivateLoss


class OfPrivateNorm(torch.nn.modules.batchnorm._BatchNorm):
    def __init__(self):
        super().__init__(4)

    def forward(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


def padded(x):
    return F.pad(x, (0, 1))  # TR101@12 torch.nn.functional.pad


class NeverBuiltHere(nn.Module):
    """Nobody builds it in this file; somebody else will."""

    def forward(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    [
        "Base", "OverridesHelper", "OverridesHelperWithFunctional", "AddsNothing", "CallsSuperForward",
        "CallsSuperOldStyle", "CallsBaseByName", "SuperForwardThenLayer", "OwnForward", "ReplacesAttribute",
        "ReuseInBase", "InheritsReuse", "AlsoInheritsReuse", "GrandChild", "UsesMixin",
        "InheritsForwardFromMixin", "Concrete", "OfGenericBase", "WithMetaclass", "Outer", "Outer.Inner",
        "make_local", "make_linear", "make_sequential", "OfAlias", "OfPrivateLoss", "OfPrivateNorm", "NeverBuiltHere",
    ],
    MATRIX,
)
