"""A branch on a value in a method that forward calls."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def clipped(self, x):
        if x.max() > 1:  # TR301@12-23 a value in a tensor decides which branch runs: a trace keeps the value of the dummy input for ever | TR391@12-23 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@12-23 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@12-23 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes)
            return x / x.max()
        return x

    def forward(self, x):
        return self.clipped(x) * 2
