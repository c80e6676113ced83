"""Gives out what lives deeper."""

from .activations import swish as smooth
from .layers import *
from .layers.blocks import Block
