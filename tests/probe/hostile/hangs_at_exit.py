"""Has an exit handler that never ends. Nobody waits for it."""

import atexit
import time

from torch import nn


@atexit.register
def wait():
    time.sleep(600)


class Net(nn.Module):
    def forward(self, x):
        return x + 1
