"""Used by function_of_another_file.py."""
# no model


def normalized(x):
    if x.norm() > 1:  # TR301@8-20 a value in a tensor decides which branch runs: a trace keeps the value of the dummy input for ever | TR391@8-20 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@8-20 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@8-20 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes)
        return x / x.norm()
    return x
