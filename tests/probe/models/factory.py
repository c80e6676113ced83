"""A function that makes the model."""
# target: make_net
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export passed
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.sum().item()  # TR303@20-32 `.item()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@20-34 the tracer warns: Converting a tensor to a Python number might cause the trace to be incorrect | TR392@20-34 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@20-34 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements (the dynamo exporter passes)


def make_net():
    return nn.Sequential(nn.Linear(4, 4), Net())
