"""What is a tensor: annotations, containers, results of layers. What is unknown stays silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn as nn
from torch import Tensor


@dataclass
class Settings:
    name: str = "net"

    def relu(self):
        return self.name

    def softmax(self, dim):
        return self.name


class Pair(NamedTuple):
    left: Tensor
    right: Tensor


class Annotated(nn.Module):
    def forward(self, x: Tensor, y: torch.Tensor, z: Optional[Tensor] = None) -> Tensor:
        x = x.relu()  # TR101@13 torch.Tensor.relu
        y = y.relu()  # TR101@13 torch.Tensor.relu
        if z is not None:
            z = z.relu()  # TR101@17 torch.Tensor.relu
        return x


class AnnotatedContainers(nn.Module):
    def forward(self, xs: List[Tensor], named: Dict[str, Tensor], pair: Tuple[Tensor, Tensor]):
        a = xs[0].relu()  # TR101@13 torch.Tensor.relu
        b = named["a"].sigmoid()  # TR101@13 torch.Tensor.sigmoid
        c = pair[1].tanh()  # TR101@13 torch.Tensor.tanh
        d = [x.relu() for x in xs]  # TR101@14 torch.Tensor.relu
        for x in xs:
            a = x.tanh()  # TR101@17 torch.Tensor.tanh
        for value in named.values():
            b = value.relu()  # TR101@17 torch.Tensor.relu
        return a, b, c, d


class NewStyleAnnotations(nn.Module):
    def forward(self, x: Tensor | None, xs: list[Tensor]):
        x = x.relu()  # TR101@13 torch.Tensor.relu
        return xs[1].tanh()  # TR101@16 torch.Tensor.tanh


class OtherParameters(nn.Module):
    def forward(self, x, settings: Settings, name: str = "net", scale: float = 0.5):  # TR305@26 settings
        settings.relu()
        settings.softmax(dim=1)
        label = name.lower()
        factor = scale + 1
        return x, label, factor  # TR305@26


class ResultsOfLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.lstm = nn.LSTM(4, 4)
        self.attention = nn.MultiheadAttention(4, 2)

    def forward(self, x):
        a = self.fc(x).relu()  # TR101@13 torch.Tensor.relu
        b, (h, c) = self.lstm(x)
        b = b.tanh()  # TR101@13 torch.Tensor.tanh
        h = h.sigmoid()  # TR101@13 torch.Tensor.sigmoid
        d, weights = self.attention(x, x, x)
        d = d.relu()  # TR101@13 torch.Tensor.relu
        return a, b, h, c, d, weights


class ResultsOfOwnModules(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = ResultsOfLayers()

    def forward(self, x):
        first = self.inner(x)[0]
        return first.tanh()  # TR101@16 torch.Tensor.tanh


class ThroughTensorMethods(nn.Module):
    def forward(self, x):
        a = x.view(2, -1).contiguous().relu()  # TR101@13 torch.Tensor.relu
        b = x[:, :2].relu()  # TR101@13 torch.Tensor.relu
        c, d = x.chunk(2, dim=1)
        c = c.sigmoid()  # TR101@13 torch.Tensor.sigmoid
        e = (x + 1).relu()  # TR101@13 torch.Tensor.relu
        f = (-x).relu()  # TR101@13 torch.Tensor.relu
        g = torch.cat([x, x]).tanh()  # TR101@13 torch.Tensor.tanh
        return a, b, c, d, e, f, g


class FromLocals(nn.Module):
    def forward(self, x):
        values = []
        values.append(x)
        a = values[0].relu()  # TR101@13 torch.Tensor.relu
        table = {"x": x}
        b = table["x"].tanh()  # TR101@13 torch.Tensor.tanh
        pair = (x, 3)
        c = pair[0].sigmoid()  # TR101@13 torch.Tensor.sigmoid
        if (d := x.flatten(1)) is not None:
            d = d.relu()  # TR101@17 torch.Tensor.relu
        return a, b, c, d


class FromParametersAndBuffers(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Parameter(torch.rand(4))
        self.register_buffer("scale", torch.rand(4))

    def forward(self, x):
        gate = self.gate.sigmoid()  # TR101@16 torch.Tensor.sigmoid
        return x, gate, self.scale.relu()  # TR101@25 torch.Tensor.relu


class FromNamedTuple(nn.Module):
    def forward(self, x):
        pair = Pair(x, x)
        return pair.left.relu()  # TR101@16 torch.Tensor.relu


class PythonValues(nn.Module):
    def forward(self, x, mode="relu"):
        names = [name.relu() for name in [Settings()]]
        return x, names, mode.upper()


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "Annotated": lambda: (torch.rand(2, 4), torch.rand(2, 4), torch.rand(2, 4)),
    "AnnotatedContainers": lambda: ([torch.rand(2)], {"a": torch.rand(2)}, (torch.rand(2), torch.rand(2))),
    "NewStyleAnnotations": lambda: (torch.rand(2), [torch.rand(2), torch.rand(2)]),
    "OtherParameters": lambda: (torch.rand(2), Settings()),
    "ResultsOfLayers": MATRIX,
    "ResultsOfOwnModules": MATRIX,
    "ThroughTensorMethods": MATRIX,
    "FromLocals": MATRIX,
    "FromParametersAndBuffers": MATRIX,
    "FromNamedTuple": MATRIX,
    "PythonValues": MATRIX,
}
