"""What models in folders of this package import."""

from torch import nn


class Shift(nn.Conv2d):
    def __init__(self):
        super().__init__(3, 3, 1)
