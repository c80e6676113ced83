"""Inputs that are dictionaries, named tuples, and keyword arguments."""

from typing import Any, Dict

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.act = nn.ReLU()

    def forward(self, batch):
        left = self.act(self.fc(batch["left"]))
        right = F.relu(batch["right"])  # TR101@17 torch.nn.functional.relu
        return {"left": left, "right": self.act(right)}  # TR201@40 self.act; TR305


class Annotated(nn.Module):
    def forward(self, batch: Dict[str, Tensor]) -> Dict[str, Tensor]:
        left = batch["left"].relu()  # TR101@16 torch.Tensor.relu
        right = batch.get("right").sigmoid()  # TR101@17 torch.Tensor.sigmoid
        return {name: value.tanh() for name, value in {"left": left, "right": right}.items()}  # TR101@23 torch.Tensor.tanh; TR305


class AnythingGoes(nn.Module):
    """What these values are, only a run can tell."""

    def forward(self, batch: Dict[str, Any], options: Any = None):
        left = batch["left"]
        return left.relu()  # | what this is, only a run can tell


class StarArguments(nn.Module):
    def forward(self, *tensors: Tensor, **named: Tensor):
        first = tensors[0].relu()  # TR101@17 torch.Tensor.relu
        return first, F.relu(tensors[1])  # TR101@23 torch.nn.functional.relu


class KeywordOnly(nn.Module):
    def forward(self, x, *, mask: Tensor = None):
        x = torch.softmax(x, dim=-1)  # TR101@13 torch.softmax
        if mask is not None:
            x = x.masked_fill(mask, 0.0)
        return x


class LoopOverInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({"left": nn.Linear(4, 4), "right": nn.Linear(4, 4)})
        self.act = nn.ReLU()

    def forward(self, batch):
        result = {}
        for name, value in batch.items():
            result[name] = self.act(self.heads[name](value))  # TR202@28 self.act
        return result  # TR305


BATCH = lambda: ({"left": torch.rand(2, 4), "right": torch.rand(2, 4)},)
INPUTS = {
    "Plain": BATCH,
    "Annotated": BATCH,
    "AnythingGoes": BATCH,
    "StarArguments": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "KeywordOnly": lambda: (torch.rand(2, 4),),
    "LoopOverInputs": BATCH,
}
