"""Another class of the same name: who names it here does not mean the first one."""

from torch import nn

from . import net


class Net(net.Net):
    """`Net().forward(x)`"""

    def scaled(self, x):
        return x * 2


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net()

    def forward(self, x, sizes):
        return self.net(x, sizes)["x"]
