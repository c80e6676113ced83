"""A tensor is made an int."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        times = int(x.abs().sum())  # TR303@17-20 `int()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@17-35 the tracer warns: Converting a tensor to a Python integer might cause the trace to be incorrect | TR392@17-35 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR393@17-35 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR491@17-35 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements (the dynamo exporter passes)
        return x * times
