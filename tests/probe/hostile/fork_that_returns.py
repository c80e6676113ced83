"""The child of a fork goes on where its parent does. What it says would be said twice."""

import os

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        os.fork()
        return x + 1
