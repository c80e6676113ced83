"""How many elements a mask leaves decides a branch."""
# forward passed
# trace passed: traced with 1 warning in your code
# export failed: torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)
# onnx failed: the dynamo exporter fails: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode); the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        kept = x[x > 0]
        if kept.numel() == 0:  # TR391@12-29 the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect | TR393@12-29 torch.export fails in both modes, non-strict and strict: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) | TR490@12-29 the ONNX export fails with the dynamo exporter: torch.export fails: a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode) (the TorchScript-based exporter passes)
            return x
        return x - kept.mean()
