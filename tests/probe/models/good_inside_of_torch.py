"""A module of torch asks for the product of its input's sizes, which is no business of whoever uses it."""
# inputs: 1,3,8,8
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(3, 8, 3)
        self.norm = nn.GroupNorm(4, 8)

    def forward(self, x):
        return self.norm(self.convolution(x))
