"""Tensors that become Python values, and values that never were tensors."""

from __future__ import annotations

import logging
import math

import numpy as np
import torch
from torch import nn

logger = logging.getLogger(__name__)


class Methods(nn.Module):
    def forward(self, x):
        a = x.sum().item()  # TR303@13 torch.Tensor.item in Methods
        b = x.tolist()  # TR303@13 torch.Tensor.tolist
        c = x.detach().cpu().numpy()  # TR303@13 torch.Tensor.numpy
        return x * a + b[0] + c.sum()


class Builtins(nn.Module):
    def forward(self, x):
        total = x.sum()
        a = int(total)  # TR303@13 torch.Tensor.__int__
        b = float(total)  # TR303@13 torch.Tensor.__float__
        c = bool(total > 0)  # TR303@13 torch.Tensor.__bool__
        return x + a + b + c


class Functions(nn.Module):
    def forward(self, x):
        a = math.sqrt(x.sum())  # TR303@13 math.sqrt
        b = np.exp(x.sum())  # TR303@13 numpy.exp
        c = torch.tensor(x)  # TR303@13 torch.tensor | a trace warns of every torch.tensor
        d = torch.equal(x, c)  # TR303@13 torch.equal | compares in C++ without a warning
        return x + a + c + int(d)


class Texts(nn.Module):
    def forward(self, x):
        names = {}
        names[f"sum {x.sum():.2f}"] = x  # TR303@22 torch.Tensor.__format__
        logger.debug("sum %s", x.sum().item())  # | a message: the model does not compute with it
        if x.dim() > 4:
            raise ValueError(f"{x.shape} is no batch: {x.sum()}")
        return x


class TextsWithFormats(nn.Module):
    def forward(self, x):
        print(f"mean {x.mean()}")  # | a message: the model does not compute with it
        print("mean %s" % x.mean())  # | the same
        print("mean {}".format(x.mean()))  # | the same
        print(f"mean {x.mean():.3f}")  # TR303@23 torch.Tensor.__format__ | torch.export refuses the format
        print("mean %.3f" % x.mean())  # TR303@29 torch.Tensor.__format__
        print("%d: %.3f" % (3, x.mean()))  # TR303@32 torch.Tensor.__format__
        print("mean {:.3f}, {name}".format(x.mean(), name=3))  # TR303@44 torch.Tensor.__format__
        text = "mean %s" % x.mean()  # TR303@28 torch.Tensor.__format__
        text += "mean {name}".format(name=x.mean())  # TR303@43 torch.Tensor.__format__
        if x.dim() > 4:
            raise ValueError("%.2f is no batch" % x.sum())
        assert x.dim() < 4, f"{x.sum():.2f}"
        return x if text else x


class LoopOverNumbers(nn.Module):
    def forward(self, lengths):
        total = lengths.sum() * 0
        for length in lengths.tolist():  # TR303@23 torch.Tensor.tolist
            if length > 2:  # TR301@16 | a Python number, already frozen
                total = total + length
        return total


class Lookups(nn.Module):
    def forward(self, x):
        scales = [1.0, 2.0, 3.0, 4.0]
        scale = scales[x.argmax()]  # TR303@24 torch.Tensor.__index__ | frozen without a warning
        row = torch.eye(4)[x.argmax()]
        return x * scale * row * (0.5 in x.abs())  # TR303@35 torch.Tensor.__contains__


class FromInstances(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return x * self.scale.item()  # TR303@20 torch.Tensor.item


class NeverTensors(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.width = width
        self.rates = [rate.item() for rate in torch.linspace(0, 1, 3)]
        self.steps = int(torch.tensor(3))

    def forward(self, x, scale=2.0):
        a = int(scale) + float(self.width) + math.sqrt(self.width) + np.sqrt(self.width)
        b = torch.tensor([1.0, 2.0]).sum() + torch.tensor(3)
        return x * a + b + self.rates[1] + self.steps


class Item:
    def item(self):
        return 3


class NotOfTensors(nn.Module):
    def __init__(self):
        super().__init__()
        self.settings = Item()

    def forward(self, x):
        return x * self.settings.item() + int(Item().item())


class Lengths(nn.Module):
    def forward(self, x):
        groups = x.argmax(-1).unique()
        count = len(groups)  # TR303@17 torch.Tensor.__len__
        return x / count


class NarrowedByQuestions(nn.Module):
    def forward(self, x, weights):
        if not torch.is_tensor(weights):
            weights = torch.tensor(weights)
        if weights is None or not isinstance(x, torch.Tensor):
            x = torch.tensor(x)
        if torch.is_tensor(weights) and not torch._C._get_tracing_state():
            print(weights.sum().item())
        return x * float(weights.sum())  # TR303@20 torch.Tensor.__float__


VECTOR = lambda: (torch.rand(4),)
INPUTS = {
    "Lengths": lambda: (torch.rand(3, 4),),
    "NarrowedByQuestions": lambda: (torch.rand(4), torch.rand(4)),
    "Methods": VECTOR,
    "Builtins": VECTOR,
    "Functions": VECTOR,
    "Texts": VECTOR,
    "TextsWithFormats": VECTOR,
    "Lookups": VECTOR,
    "LoopOverNumbers": lambda: (torch.tensor([1, 2, 3]),),
    "FromInstances": VECTOR,
    "NeverTensors": VECTOR,
    "NotOfTensors": VECTOR,
}
