"""A loop whose number of turns is a shape: a trace unrolls it without a word."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        total = 0
        for index in range(x.size(0)):
            total = total + x[index] * index
        return x + total
