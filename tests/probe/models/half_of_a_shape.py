"""A shape becomes a Python number."""
# forward passed
# trace passed: traced with 1 warning in your code
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        half = int(x.shape[1] / 2)  # TR391@16-35 the tracer warns: Converting a tensor to a Python integer might cause the trace to be incorrect
        return x[:, :half]
