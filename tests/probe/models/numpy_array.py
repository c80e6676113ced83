"""A computation leaves torch for numpy and comes back."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in non-strict mode, torch's default (strict=True passes): RuntimeError: .numpy() is not supported for tensor subclasses
# onnx failed: the dynamo exporter has no ONNX translation for aten::sort (line 15); the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        array = x.numpy()  # TR303@17-24 `.numpy()` takes an array out of a tensor: a trace keeps the value of the dummy input for ever | TR391@17-26 the tracer warns: Converting a tensor to a NumPy array might cause the trace to be incorrect | TR393@17-26 torch.export fails in non-strict mode, torch's default (strict=True passes): RuntimeError: .numpy() is not supported for tensor subclasses
        return torch.from_numpy(np.sort(array))  # TR392@9-48 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@9-48 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR391@16-48 the tracer warns: torch.from_numpy results are registered as constants in the trace | TR490@33-47 the ONNX export fails with the dynamo exporter: aten::sort has no ONNX translation
