"""An operator that is known, but not with these arguments."""
# forward passed
# trace passed
# export passed
# onnx failed: the dynamo exporter fails: aten::histc: NotImplementedError: aten_histc with min == max (0.0) is not supported in this export path; the TorchScript-based exporter has no ONNX translation for aten::histc (line 13)

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.histc(x, bins=4)  # TR490@16-38 the ONNX export fails with the dynamo exporter: aten::histc: NotImplementedError: aten_histc with min == max (0.0) is not supported in this export path; the TorchScript-based exporter: aten::histc has no ONNX translation
