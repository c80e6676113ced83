"""A list comes out."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return [x + 1, x - 1]
