"""A branch on a value in a function of another file, see apart.py."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from apart import normalized
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return normalized(x) * 2
