"""The number of rows as a Python number."""
# forward passed
# trace passed: traced with 1 warning in your code
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / len(x)  # TR391@20-26 the tracer warns: Using len to get tensor shape might cause the trace to be incorrect
