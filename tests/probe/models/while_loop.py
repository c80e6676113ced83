"""A value decides how often a loop turns."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        while x.abs().max() > 1:  # TR302@15-32 a value in a tensor decides how often the loop turns: a trace keeps the value of the dummy input for ever | TR391@15-32 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@15-32 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@15-32 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes)
            x = x / 2
        return x
