"""Leaves processes behind, some of which run away. They do not outlive the run."""

import os
import time

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        for number in range(24):
            if os.fork() == 0:
                if number % 3 == 0:
                    os.setsid()
                if number % 4 == 0 and os.fork() != 0:
                    os._exit(0)
                time.sleep(600)
        return x + 1
