"""Layers called as functions, in every spelling, side by side on one line."""
# forward passed
# trace passed
# export passed
# onnx passed

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        x = F.relu(x) + torch.sigmoid(x)  # TR101@13-19 `F.relu` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.ReLU` in `__init__` | TR101@25-38 `torch.sigmoid` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.Sigmoid` in `__init__`
        return x.softmax(dim=1).tanh()  # TR101@16-25 `Tensor.softmax` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.Softmax` in `__init__` | TR101@16-37 `Tensor.tanh` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.Tanh` in `__init__`
