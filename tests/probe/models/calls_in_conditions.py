"""Conditions that are calls themselves, which some Pythons give the place of the call."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if (x > 0).any():  # TR301@12-25 a value in a tensor decides which branch runs: a trace keeps the value of the dummy input for ever | TR391@12-25 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@12-25 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@12-25 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
            x = x + 1
        while not (x < 3).all():  # TR302@15-32 a value in a tensor decides how often the loop turns: a trace keeps the value of the dummy input for ever | TR391@15-32 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect
            x = x - 1  # TR392@13-22 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@13-22 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
        y = 1 if (x > 9).any() else 2  # TR301@13-38 a value in a tensor decides which branch runs: a trace keeps the value of the dummy input for ever | TR391@13-38 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect
        if bool((x > 9).any()):  # TR303@12-16 `bool()` takes a truth value out of a tensor: a trace keeps the value of the dummy input for ever | TR391@12-31 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect
            x = x + 1
        return x + y
