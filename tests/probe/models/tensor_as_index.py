"""A tensor chooses an element of a Python list."""
# forward passed
# trace failed: the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter writes a file, but the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        scales = [1.0, 2.0, 3.0, 4.0]
        return x * scales[x.sum(dim=0).argmax()]  # TR392@9-49 the traced graph gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR491@9-49 information the ONNX export is wrong with the TorchScript-based exporter: the file gives other results than the model on a second, different input: output 0 differs by up to … in 8 of 8 elements | TR303@20-49 a tensor is used as a Python index: a trace keeps the value of the dummy input for ever | TR393@20-49 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@20-49 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
