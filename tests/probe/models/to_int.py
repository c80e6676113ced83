"""A tensor is made an int."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        times = int(x.abs().sum())  # TR303@17-20 `int()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@17-35 the tracer warns: Converting a tensor to a Python integer might cause the trace to be incorrect | TR393@17-35 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
        return x * times
