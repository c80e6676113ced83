"""Closes its output. Nothing is wrong with that."""

import os
import sys

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        sys.stdout.close()
        sys.stderr.close()
        os.close(1)
        os.close(2)
        return x
