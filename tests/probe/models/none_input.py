"""None goes in."""
# inputs: make_inputs
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Type 'Tuple[Tensor, NoneType]' cannot be traced. Only Tensors and (possibly nested) Lists, Dicts, and Tuples of Tensors can be traced
# export passed
# onnx passed

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, mask):  # TR305@26-30 forward takes None: a trace takes only tensors and tuples of them | TR390@26-30 torch.jit.trace fails: RuntimeError: Type 'Tuple[Tensor, NoneType]' cannot be traced. Only Tensors and (possibly nested) Lists, Dicts, and Tuples of Tensors can be traced
        return x * 2 if mask is None else x * mask


def make_inputs():
    return torch.ones(2, 4), None
