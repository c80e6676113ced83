"""torch.tensor copies the values of a tensor into a constant."""
# forward passed
# trace passed: traced with 1 warning in your code
# export passed
# onnx passed

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        top = torch.tensor(x.max())  # TR303@15-27 `torch.tensor()` copies the numbers of a tensor: a trace keeps the value of the dummy input for ever | TR391@15-36 the tracer warns: torch.tensor results are registered as constants in the trace
        return x - top
