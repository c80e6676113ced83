"""Native code reads where it must not.

running forward ended its process: a segmentation fault in native code (SIGSEGV)
"""

import ctypes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        ctypes.string_at(0)  # TR481
        return x
