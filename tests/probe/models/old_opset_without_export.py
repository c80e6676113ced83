"""What the newer exporter cannot do does not count at an opset to which it has no translations."""
# opset: 16
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.max() > 100:  # TR301@12-25 a value in a tensor decides which branch runs: a trace keeps the value of the dummy input for ever | TR391@12-25 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@12-25 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@12-25 information the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes)
            return x + 1
        return x * 2
