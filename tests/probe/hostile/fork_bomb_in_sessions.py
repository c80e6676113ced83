"""timeout: 30
Starts processes that leave the group, and whose parents end before anybody can follow them.

running forward started processes without end, and was killed with all of them
"""

import os
import time

from torch import nn

# Should nobody stop it, it stops by itself.
MOST = 2000


class Net(nn.Module):
    def forward(self, x):
        counted = os.open("counted", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        if os.fork() == 0:
            # The parent sleeps by then, and is found there.
            time.sleep(0.5)
            while os.fstat(counted).st_size < MOST and os.write(counted, b"."):
                os.setsid()
                if os.fork() != 0 and os.fork() != 0:
                    os._exit(0)
        time.sleep(60)  # TR481
        return x + 1
