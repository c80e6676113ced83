"""No exporter knows the singular value decomposition."""
# forward passed
# trace passed
# export passed
# onnx failed: the dynamo exporter has no ONNX translation for aten::_linalg_svd (line 13); the TorchScript-based exporter has no ONNX translation for aten::svd (line 13)

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        u, s, v = torch.svd(x)  # TR490@19-31 the ONNX export fails with the dynamo exporter: aten::_linalg_svd has no ONNX translation; the TorchScript-based exporter: aten::svd has no ONNX translation
        return s
