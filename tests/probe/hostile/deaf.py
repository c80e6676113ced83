"""timeout: 1

Ignores every signal that can be ignored, so it cannot say where it is.

running forward was ended after 1 second, the time limit; raise `timeout` if it may take longer
"""

import signal

from torch import nn


class Net(nn.Module):  # TR481
    def forward(self, x):
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            x = x + 1
