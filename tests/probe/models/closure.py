"""A branch on a value in a function inside of forward."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        def larger(a, b):
            return a if a.sum() > b.sum() else b  # TR301@25-42 a value in a tensor decides which expression is evaluated: a trace keeps the value of the dummy input for ever | TR391@25-42 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR392@25-42 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR393@25-42 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@25-42 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR491@25-42 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
        return larger(x, -x)
