"""An input that can be given by name only."""
# inputs: make_inputs
# forward passed
# trace failed: torch.jit.trace fails: NameError: 'x' is not in forward() method's arguments
# export passed
# onnx passed: the TorchScript-based exporter fails: TypeError: Net.forward() takes 1 positional argument but 2 were given; the dynamo exporter passes

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, *, x):  # TR390@9-16 torch.jit.trace fails: NameError: 'x' is not in forward() method's arguments | TR490@9-16 information the ONNX export fails with the TorchScript-based exporter: TypeError: Net.forward() takes 1 positional argument but 2 were given (the dynamo exporter passes)
        return x * 2


def make_inputs():
    return {"x": torch.ones(2, 4)}
