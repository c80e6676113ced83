"""A layer with weights called as a function."""
# forward passed
# trace passed
# export passed
# onnx passed

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3, 4))

    def forward(self, x):
        return F.linear(x, self.weight.half().float())  # TR102@16-24 `F.linear` works on parameters or buffers that the module holds itself: make the layer an `nn.Linear`, which owns its weights (no fix: the keys of the state dict would change)
