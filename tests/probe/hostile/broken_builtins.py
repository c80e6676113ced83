"""Replaces what Python itself is made of.

running forward ended its process: it broke Python itself or closed files that are not its own
"""

import builtins
import json
import sys

from torch import nn


class Net(nn.Module):  # TR481
    def forward(self, x):
        builtins.isinstance = None
        json.dumps = None
        sys.path.clear()
        sys.modules.clear()
        return x
