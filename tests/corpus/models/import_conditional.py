"""Imports that stand under a condition."""

import sys
from typing import TYPE_CHECKING

try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError:
    torch = nn = F = None

if sys.version_info >= (3, 8):
    from torch.nn.functional import relu as activation
else:
    from torch import relu as activation

if TYPE_CHECKING:
    from torch import Tensor

try:
    from fast_kernels_that_nobody_has import fused_gelu
except ImportError:
    fused_gelu = None


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x: "Tensor") -> "Tensor":
        x = F.relu(self.fc(x))  # TR101@13 torch.nn.functional.relu
        x = activation(x)  # TR101@13
        if fused_gelu is not None:
            return fused_gelu(x)
        return F.gelu(x.tanh())  # TR101@16 torch.nn.functional.gelu; TR101@23 torch.Tensor.tanh


INPUTS = {"Net": lambda: (torch.rand(2, 4),)}
