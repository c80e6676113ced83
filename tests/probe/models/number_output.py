"""A number comes out beside a tensor."""
# forward passed
# trace passed
# export passed
# onnx failed: the dynamo exporter fails: forward gives an int, which is no tensor (AttributeError: 'int' object has no attribute 'name'); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * 2, x.shape[1]  # TR305@16-33 forward gives an int: a trace gives tensors only, and tuples of them | TR490@16-33 the ONNX export fails with the dynamo exporter: forward gives an int, which is no tensor (AttributeError: 'int' object has no attribute 'name') (the TorchScript-based exporter passes)
