"""Forward writes into its input."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        x[:, 0] = 0
        return x * 2
