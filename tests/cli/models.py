"""Model files for the command line: some with safe fixes, some clean, some in odd encodings."""

from __future__ import annotations

FUNCTIONAL = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)

    def forward(self, x):
        return F.relu(self.conv(x))
"""

FIXED = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x))
"""

# A reused layer with weights, which has no fix.
REUSED = """\
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)

    def forward(self, x):
        return self.conv(self.conv(x))
"""

CLEAN = "x = 1\n"
BROKEN = FUNCTIONAL + "\ndef f(:\n    pass\n"


def many_calls(count: int) -> str:
    """A model of `count` classes, each with two functional calls."""
    head = "import torch.nn as nn\nimport torch.nn.functional as F\n"
    return head + "".join(_class(number) for number in range(count))


def _class(number: int) -> str:
    return f"""

class Net{number}(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3)

    def forward(self, x):
        x = F.relu(self.conv(x))
        return F.gelu(x)
"""
