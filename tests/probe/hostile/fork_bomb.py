"""timeout: 30
Starts processes that start processes. All of them are stopped long before the time limit.

running forward started processes without end, and was killed with all of them
"""

import os

from torch import nn

# Should nobody stop it, it stops by itself.
MOST = 2000


class Net(nn.Module):
    def forward(self, x):
        counted = os.open("counted", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        while os.fstat(counted).st_size < MOST and os.write(counted, b".") and os.fork() >= 0:  # TR481
            continue
        return x + 1
