"""torch under the names that this code base gives it."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.functional import relu as rectify

Layer = nn.Module

__all__ = ["F", "Layer", "nn", "rectify", "torch"]
