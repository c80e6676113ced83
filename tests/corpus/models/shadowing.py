"""Names that look like torch and are not."""

import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Toolbox:
    """Somebody's own object with a method of that name."""

    def relu(self, x):
        return x

    def softmax(self, x, dim=None):
        return x


class fake:
    class nn:
        class functional:
            @staticmethod
            def relu(x):
                return x


def relu(x):
    return x.flatten(1)


def softmax(x, dim):
    return x


def make_tools():
    return Toolbox()


class ParameterNamedF(nn.Module):
    def apply_with(self, x, F):
        return F.relu(x)

    def forward(self, x):
        return self.apply_with(x, Toolbox())


class LocalNamedF(nn.Module):
    def forward(self, x):
        F = Toolbox()
        return F.relu(x)


class LocalNamedTorch(nn.Module):
    def forward(self, x):
        torch = Toolbox()
        return torch.relu(x)


class RealThing(nn.Module):
    def forward(self, x):
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        return x


class OwnFunctions(nn.Module):
    def forward(self, x):
        return softmax(relu(x), dim=1)


class OwnMethod(nn.Module):
    def relu(self, x):
        return x.flatten(1)

    def forward(self, x):
        return self.relu(self.relu(x))


class LooksLikeTorch(nn.Module):
    def forward(self, x):
        return fake.nn.functional.relu(x)


class UnknownReceivers(nn.Module):
    def __init__(self, tools=None):
        super().__init__()
        self.tools = tools or make_tools()

    def forward(self, x):
        tools = make_tools()
        x = tools.relu(x)
        x = self.tools.softmax(x, dim=1)
        return Toolbox().relu(x)


class NumpyAndMath(nn.Module):
    def forward(self, x):
        factor = math.tanh(0.5)
        weights = np.tanh(np.ones(4))
        total = np.add(weights, factor).sum()
        return x.view(-1) if total > 0 else x


class ComprehensionVariable(nn.Module):
    def forward(self, x):
        results = [F.relu(x) for F in (Toolbox(), Toolbox())]
        return results[0]


class TextOnly(nn.Module):
    """Says F.relu(x) and torch.tanh(x) in its documentation."""

    def forward(self, x):
        # x = F.relu(x)
        note = "F.relu(x)"
        f"torch.relu({note})"
        return x


class AfterRebinding(nn.Module):
    def forward(self, x):
        act = F.relu
        act = Toolbox().relu
        return act(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "ParameterNamedF": MATRIX,
    "LocalNamedF": MATRIX,
    "LocalNamedTorch": MATRIX,
    "RealThing": MATRIX,
    "OwnFunctions": MATRIX,
    "OwnMethod": MATRIX,
    "LooksLikeTorch": MATRIX,
    "UnknownReceivers": MATRIX,
    "NumpyAndMath": MATRIX,
    "ComprehensionVariable": MATRIX,
    "TextOnly": MATRIX,
    "AfterRebinding": MATRIX,
}
