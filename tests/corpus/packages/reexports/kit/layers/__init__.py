from .blocks import Block
from .norms import *

__all__ = ["Block", "Norm"]
