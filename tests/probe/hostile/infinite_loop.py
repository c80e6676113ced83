"""timeout: 1

running forward was ended after 1 second, the time limit; raise `timeout` if it may take longer
"""

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + sum(1 for _ in iter(int, 1))  # TR481
