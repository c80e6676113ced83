"""An assertion on a value."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        assert x.min() > -100  # TR301@16-30 a value in a tensor decides whether the assertion holds: a trace keeps the value of the dummy input for ever | TR391@16-30 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@16-30 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
        return x + 1
