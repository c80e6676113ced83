"""A tensor is made a float."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / float(x.std())  # TR303@20-25 `float()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@20-34 the tracer warns: Converting a tensor to a Python float might cause the trace to be incorrect | TR393@20-34 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
