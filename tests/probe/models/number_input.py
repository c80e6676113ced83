"""A number goes in."""
# inputs: make_inputs
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Type 'Tuple[Tensor, int]' cannot be traced. Only Tensors and (possibly nested) Lists, Dicts, and Tuples of Tensors can be traced
# export passed
# onnx passed

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, times):  # TR305@26-31 forward takes an int: a trace takes only tensors and tuples of them | TR390@26-31 torch.jit.trace fails: RuntimeError: Type 'Tuple[Tensor, int]' cannot be traced. Only Tensors and (possibly nested) Lists, Dicts, and Tuples of Tensors can be traced
        return x * times


def make_inputs():
    return torch.ones(2, 4), 3
