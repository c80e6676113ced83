"""A module whose forward is called past its hooks, and then the module itself."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu.forward(x)
        return self.relu(x - 1)  # TR201@16-25 `self.relu` is called again in the same forward: its quantizers would see two distributions; use a module of its own
