"""A tensor is formatted as text."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: TypeError: unsupported format string passed to FakeTensor.__format__
# onnx failed: the dynamo exporter fails: torch.export fails: TypeError: unsupported format string passed to FakeTensor.__format__; the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        name = f"scale {x.max():.2f}"  # TR303@16-38 a tensor is formatted as text: a trace keeps the value of the dummy input for ever | TR391@16-38 the tracer warns: Converting a tensor to a Python number might cause the trace to be incorrect | TR393@16-38 torch.export fails in both modes, non-strict and strict: TypeError: unsupported format string passed to FakeTensor.__format__ | TR490@16-38 the ONNX export fails with the dynamo exporter: torch.export fails: TypeError: unsupported format string passed to FakeTensor.__format__ (the TorchScript-based exporter passes)
        return x * len(name)
