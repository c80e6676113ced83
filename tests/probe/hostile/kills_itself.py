"""What it looks like when the kernel runs out of memory.

running forward ended its process: it was killed, most likely because memory ran out (SIGKILL)
"""

import os
import signal

from torch import nn


class Net(nn.Module):  # TR481
    def forward(self, x):
        os.kill(os.getpid(), signal.SIGKILL)
