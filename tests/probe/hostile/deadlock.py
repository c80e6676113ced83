"""timeout: 1

running forward was ended after 1 second, the time limit; raise `timeout` if it may take longer
"""

import threading

from torch import nn

LOCK = threading.Lock()


class Net(nn.Module):
    def forward(self, x):
        with LOCK:
            LOCK.acquire()  # TR481
        return x
