"""A tensor is made a float."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / float(x.std())  # TR303@20-25 `float()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@20-34 the tracer warns: Converting a tensor to a Python float might cause the trace to be incorrect | TR392@20-34 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR393@20-34 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR491@20-34 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements (the dynamo exporter passes)
