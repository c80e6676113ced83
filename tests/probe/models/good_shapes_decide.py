"""Python decides by shapes and settings, which are known when a trace is made."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self, deep=True):
        super().__init__()
        self.deep = deep
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])

    def forward(self, x):
        if x.dim() == 3:
            x = x.flatten(1)
        if self.deep:
            for layer in self.layers:
                x = layer(x)
        return x
