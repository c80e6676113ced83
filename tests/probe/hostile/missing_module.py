"""Needs what is not installed.

the model cannot be built: ModuleNotFoundError: No module named 'a_package_that_nobody_has'
"""

import a_package_that_nobody_has  # TR480
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return a_package_that_nobody_has.relu(x)
