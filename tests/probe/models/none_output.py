"""None comes out beside a tensor."""
# forward passed
# trace failed: torch.jit.trace fails: RuntimeError: Only tensors, lists, tuples of tensors, or dictionary of tensors can be output from traced functions
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * 2, None  # TR305@16-27 forward gives None: a trace gives tensors only, and tuples of them | TR390@16-27 torch.jit.trace fails: RuntimeError: Only tensors, lists, tuples of tensors, or dictionary of tensors can be output from traced functions
