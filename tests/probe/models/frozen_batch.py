"""A view that holds for one batch size only."""
# dynamic-batch
# forward passed
# trace passed
# export failed: torch.export fails in both modes, non-strict and strict: the code works for one batch size only, so the batch cannot be dynamic
# onnx failed: the dynamo exporter fails: torch.export fails: the code works for one batch size only, so the batch cannot be dynamic; the TorchScript-based exporter passes

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.view(2, 2, 2) * 2  # TR393@9-35 torch.export fails in both modes, non-strict and strict: the code works for one batch size only, so the batch cannot be dynamic | TR490@9-35 the ONNX export fails with the dynamo exporter: torch.export fails: the code works for one batch size only, so the batch cannot be dynamic (the TorchScript-based exporter passes) | TR403@16-31 forward fails on twice the batch of the dummy input: RuntimeError: shape '[2, 2, 2]' is invalid for input of size 16
