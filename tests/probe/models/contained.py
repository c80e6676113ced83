"""A value is looked for in a tensor."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: the graph fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623)
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx passed: the TorchScript-based exporter fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623); the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):  # TR490@9-16 information the ONNX export fails with the TorchScript-based exporter: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623) (the dynamo exporter passes)
        return x + (0.5 in x)  # TR303@21-29 `in` looks for a value in a tensor: a trace keeps the value of the dummy input for ever | TR391@21-29 the tracer warns: Converting a tensor to a Python number might cause the trace to be incorrect | TR392@21-29 the traced graph gives other results than the model on a second, different input: the graph fails: RuntimeError: an assertion inside of torch fails (alias_analysis.cpp:623) | TR393@21-29 torch.export fails in non-strict mode, torch's default (strict=True passes): a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
