"""Every way to import what is called."""

import torch
import torch as th
import torch.nn
import torch.nn as nn
import torch.nn.functional
import torch.nn.functional as F
import torch.nn.functional as fn
from torch import nn as neural, relu as torch_relu, tanh
from torch.nn import Module, functional, functional as Fun
from torch.nn.functional import leaky_relu, relu as r, softmax


class FullNames(torch.nn.Module):
    def forward(self, x):
        x = torch.nn.functional.relu(x)  # TR101@13 torch.nn.functional.relu
        return torch.relu(x)  # TR101@16 torch.relu


class ModuleAliases(Module):
    def forward(self, x):
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        x = fn.relu(x)  # TR101@13 torch.nn.functional.relu
        x = functional.relu(x)  # TR101@13 torch.nn.functional.relu
        x = Fun.relu(x)  # TR101@13 torch.nn.functional.relu
        x = nn.functional.relu(x)  # TR101@13 torch.nn.functional.relu
        x = neural.functional.relu(x)  # TR101@13 torch.nn.functional.relu
        x = th.nn.functional.relu(x)  # TR101@13 torch.nn.functional.relu
        return th.sigmoid(x)  # TR101@16 torch.sigmoid


class NamesOfFunctions(neural.Module):
    def forward(self, x):
        x = r(x)  # TR101@13 torch.nn.functional.relu
        x = leaky_relu(x, 0.1)  # TR101@13 torch.nn.functional.leaky_relu
        x = torch_relu(x)  # TR101@13 torch.relu
        x = tanh(x)  # TR101@13 torch.tanh
        return softmax(x, dim=-1)  # TR101@16 torch.nn.functional.softmax


class ImportedInside(nn.Module):
    def __init__(self):
        from torch.nn import ReLU

        super().__init__()
        self.act = ReLU()

    def forward(self, x):
        import torch.nn.functional as inside
        from torch.nn.functional import elu

        x = inside.relu(self.act(x))  # TR101@13 torch.nn.functional.relu
        x = elu(x)  # TR101@13 torch.nn.functional.elu
        return self.act(x)  # TR201@16 self.act


MATRIX = lambda: (th.rand(2, 4),)
INPUTS = {
    "FullNames": MATRIX,
    "ModuleAliases": MATRIX,
    "NamesOfFunctions": MATRIX,
    "ImportedInside": MATRIX,
}
