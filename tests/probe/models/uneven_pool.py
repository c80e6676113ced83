"""A pool whose output does not divide its input: the exporter on TorchScript names the operator and no line."""
# inputs: 1,2,4,4
# forward passed
# trace passed
# export passed
# onnx passed: the TorchScript-based exporter fails: SymbolicValueError: Unsupported: ONNX export of operator adaptive_avg_pool2d, output size that are not factor of input size; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(3)

    def forward(self, x):
        x = self.pool(x)  # TR490@9-25 information the ONNX export fails with the TorchScript-based exporter: SymbolicValueError: Unsupported: ONNX export of operator adaptive_avg_pool2d, output size that are not factor of input size (the dynamo exporter passes)
        return x * 2
