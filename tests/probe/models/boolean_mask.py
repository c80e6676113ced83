"""The number of elements depends on values."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x[x > 0].sum() + x
