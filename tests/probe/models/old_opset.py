"""At an opset that only the exporter on TorchScript translates to, that one decides."""
# opset: 17
# forward passed
# trace passed
# export passed
# onnx failed: the TorchScript-based exporter has no ONNX translation for aten::cosh (line 14) in opset 17; the dynamo exporter passes

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.cosh(x)  # TR490@16-29 the ONNX export fails with the TorchScript-based exporter: aten::cosh has no ONNX translation in opset 17 (the dynamo exporter passes)
