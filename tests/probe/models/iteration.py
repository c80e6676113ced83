"""A loop over the rows of a tensor."""
# forward passed
# trace passed: traced with 1 warning in your code
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        total = 0
        for row in x:  # TR391@20-21 the tracer warns: Iterating over a tensor might cause the trace to be incorrect
            total = total + row.sum()
        return x + total
