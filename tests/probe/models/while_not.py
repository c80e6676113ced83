"""A negated condition, over two lines."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        while not (  # TR302@15-14:16 a value in a tensor decides how often the loop turns: a trace keeps the value of the dummy input for ever | TR391@15-14:16 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR392@15-14:16 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR393@15-14:16 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@15-14:16 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR491@15-14:16 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
            x.abs() < 2
        ).all():
            x = x / 2
        return x
