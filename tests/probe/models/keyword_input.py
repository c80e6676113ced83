"""Inputs given by name, which can be given by position too."""
# inputs: make_inputs
# forward passed
# trace passed
# export passed
# onnx passed

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, offset):
        return x * 2 - offset


def make_inputs():
    return {"x": torch.ones(2, 4), "offset": torch.ones(4)}
