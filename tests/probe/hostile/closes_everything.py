"""Closes files that are not its own, the way to us included.

running forward ended its process: it broke Python itself or closed files that are not its own
"""

import os

from torch import nn


class Net(nn.Module):  # TR481
    def forward(self, x):
        os.closerange(3, 4096)
        return x
