"""Leaves without a word, while the model is built.

building the model ended its process: it called os._exit(3), or something that does
"""

import os

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        os._exit(3)  # TR480
