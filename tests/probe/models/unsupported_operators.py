"""Several operators without a translation, each at its line, in a method of its own too; `&` has one."""
# forward passed
# trace passed
# export passed
# onnx failed: the dynamo exporter has no ONNX translation for prims::igamma (line 16), prims::bessel_j0 (line 13), prims::erf_inv (line 19); the TorchScript-based exporter has no ONNX translation for aten::igamma (line 16), aten::special_bessel_j0 (line 13), aten::erfinv (line 19)

import torch
from torch import nn


class Net(nn.Module):
    def bessel(self, x):
        return torch.special.bessel_j0(x)  # TR490@16-42 the ONNX export fails with the dynamo exporter: prims::bessel_j0 has no ONNX translation; the TorchScript-based exporter: aten::special_bessel_j0 has no ONNX translation

    def forward(self, x):
        x = torch.igamma(x.abs() + 1, x.abs())  # TR490@13-47 the ONNX export fails with the dynamo exporter: prims::igamma has no ONNX translation; the TorchScript-based exporter: aten::igamma has no ONNX translation
        x = self.bessel(x)
        x = torch.where((x > 0) & (x < 1), x, -x)
        return torch.erfinv(x / 2)  # TR490@9-35 the ONNX export fails with the dynamo exporter: prims::erf_inv has no ONNX translation | TR490@16-35 information the ONNX export fails with the TorchScript-based exporter: aten::erfinv has no ONNX translation
