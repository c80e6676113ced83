"""torch.tensor makes a constant of numbers that depend on the input."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export passed
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements; the dynamo exporter passes

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        bounds = torch.tensor([x.min().item(), 1.0])  # TR392@9-53 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@9-53 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements (the dynamo exporter passes) | TR303@18-30 `torch.tensor()` copies the numbers of a tensor: a trace keeps the value of the dummy input for ever | TR391@18-53 the tracer warns: torch.tensor results are registered as constants in the trace | TR303@32-44 `.item()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@32-46 the tracer warns: Converting a tensor to a Python number might cause the trace to be incorrect
        return x + bounds.sum()
