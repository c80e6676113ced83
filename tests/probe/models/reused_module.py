"""One activation at two places, once under another name."""
# forward passed
# trace passed
# export passed
# onnx passed

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.other = self.relu
        self.first = nn.Linear(4, 4)
        self.second = nn.Linear(4, 4)

    def forward(self, x):
        x = self.relu(self.first(x))
        return self.other(self.second(x))  # TR201@16-26 `self.other` is called again in the same forward: its quantizers would see two distributions; use a module of its own
