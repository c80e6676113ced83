"""The newer exporter writes an older opset where it can convert to it."""
# opset: 17
# exporters: dynamo torchscript
# forward passed
# trace passed
# export passed
# onnx passed

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.tanh(x)  # TR101@16-26 `torch.tanh` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.Tanh` in `__init__`
