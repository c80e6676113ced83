"""Functions inside functions: closures, lambdas, decorators."""

from functools import wraps

import torch
import torch.nn as nn
import torch.nn.functional as F


def logged(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


class Closure(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        def activate(value):
            return F.relu(value)  # TR101@20 torch.nn.functional.relu in Closure

        return activate(self.fc(x))


class ClosureThatReuses(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(4, 4)
        self.fc2 = nn.Linear(4, 4)
        self.act = nn.ReLU()

    def forward(self, x):
        def step(layer, value):
            return self.act(layer(value))  # TR201@20 self.act

        x = step(self.fc1, x)
        return step(self.fc2, x)


class ClosureCalledOnce(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        def step(value):
            return self.act(value)

        return step(x)


class ClosureNeverCalled(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    def forward(self, x):
        def unused(value):
            return F.relu(self.act(value))

        return self.act(x)


class Lambda(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = lambda t: F.relu(t)  # TR101@30 torch.nn.functional.relu

    def forward(self, x):
        soft = lambda t: torch.softmax(t, dim=-1)  # TR101@26 torch.softmax
        return soft(self.act(x))


class LambdaThatReuses(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        twice = lambda t: self.fc(t)  # TR201@27 self.fc
        return twice(twice(x))


class Decorated(nn.Module):
    @logged
    def activate(self, x):
        return F.relu(x)  # TR101@16 torch.nn.functional.relu

    @torch.no_grad()
    def forward(self, x):
        return self.activate(x)


class DecoratedHelperTwice(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()

    @logged
    def activate(self, x):
        return self.act(x)  # TR201@16 self.act

    def forward(self, x):
        return self.activate(self.activate(x))


class DefaultArgumentOfLocal(nn.Module):
    def forward(self, x):
        def run(value, act=torch.tanh):
            return act(value)  # TR101@20 torch.tanh

        return run(x)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Closure": MATRIX,
    "ClosureThatReuses": MATRIX,
    "ClosureCalledOnce": MATRIX,
    "ClosureNeverCalled": MATRIX,
    "Lambda": MATRIX,
    "LambdaThatReuses": MATRIX,
    "Decorated": MATRIX,
    "DecoratedHelperTwice": MATRIX,
    "DefaultArgumentOfLocal": MATRIX,
}
