"""A tensor is made a bool."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: the graph fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623)
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed: the TorchScript-based exporter fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623); the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):  # TR490@9-16 information the ONNX export fails with the TorchScript-based exporter: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623) (the dynamo exporter passes)
        flag = bool(x.sum() > 0)  # TR303@16-20 `bool()` takes a truth value out of a tensor: a trace keeps the value of the dummy input for ever | TR391@16-33 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR392@16-33 the traced graph gives other results than the model on a second, different input: the graph fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623) | TR393@16-33 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
        return x * flag
