"""Numbers are taken out of a tensor as a list."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export passed
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        first, *_ = x.tolist()  # TR303@21-29 `.tolist()` takes numbers out of a tensor: a trace keeps the value of the dummy input for ever | TR391@21-31 the tracer warns: Converting a tensor to a Python list might cause the trace to be incorrect | TR392@21-31 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@21-31 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements (the dynamo exporter passes)
        return x + sum(first)
