"""Modules in a plain list: their weights belong to nobody."""
# forward passed
# trace failed: torch.jit.trace fails: a tensor with gradients is used that is no parameter of the model: keep its module in an attribute or an `nn.ModuleList`, or make it an `nn.Parameter`
# export passed
# onnx passed: the TorchScript-based exporter fails: a tensor with gradients is used that is no parameter of the model: keep its module in an attribute or an `nn.ModuleList`, or make it an `nn.Parameter`; the dynamo exporter passes

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(4, 4)]

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)  # TR390@17-25 torch.jit.trace fails: a tensor with gradients is used that is no parameter of the model: keep its module in an attribute or an `nn.ModuleList`, or make it an `nn.Parameter` | TR490@17-25 information the ONNX export fails with the TorchScript-based exporter: a tensor with gradients is used that is no parameter of the model: keep its module in an attribute or an `nn.ModuleList`, or make it an `nn.Parameter` (the dynamo exporter passes)
        return x
