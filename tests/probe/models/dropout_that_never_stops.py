"""F.dropout drops in evaluation mode too, unless it is told not to."""
# forward passed
# trace passed
# export passed
# onnx passed: exported, but not compared: forward draws random numbers

import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.dropout(x * 2, p=0.5)  # TR101@16-25 `F.dropout` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.Dropout` in `__init__`
