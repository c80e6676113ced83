"""Takes down the process that watches it.

running forward took down the whole probe; something in it killed its parent process
"""

import os
import signal
import time

from torch import nn


class Net(nn.Module):  # TR481
    def forward(self, x):
        # What the run said until now comes through that process.
        time.sleep(0.5)
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
        return x
