"""Columns count characters, not bytes."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 4 of 8 elements
# export passed
# onnx passed: the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 4 of 8 elements; the dynamo exporter passes

import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        größe, α = "𝔘", x; return F.relu(α) * α.sum().item()  # TR101@35-41 `F.relu` is called as a function: AIMET and other tools that work on modules do not see it; make it an `nn.ReLU` in `__init__` | TR303@47-59 `.item()` takes a number out of a tensor: a trace keeps the value of the dummy input for ever | TR391@47-61 the tracer warns: Converting a tensor to a Python number might cause the trace to be incorrect | TR392@47-61 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 4 of 8 elements | TR491@47-61 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 4 of 8 elements (the dynamo exporter passes)
