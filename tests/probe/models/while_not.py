"""A negated condition, over two lines."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        while not (  # TR393@9-15:22 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@9-15:22 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes) | TR302@15-14:16 a value in a tensor decides how often the loop turns: a trace keeps the value of the dummy input for ever | TR391@15-14:16 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect
            x.abs() < 2
        ).all():
            x = x / 2
        return x
