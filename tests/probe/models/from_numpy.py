"""A constant comes from numpy: no harm but for a trace's warning."""
# forward passed
# trace passed: traced with 1 warning in your code
# export passed
# onnx passed

import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        ramp = torch.from_numpy(np.arange(4, dtype=np.float32))  # TR391@16-64 the tracer warns: torch.from_numpy results are registered as constants in the trace
        return x + ramp
