"""Every activation of torch.nn.functional, and the torch and tensor-method spellings of each."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Functionals(nn.Module):
    def forward(self, x):
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        x = F.relu(x, True)  # TR101@13 torch.nn.functional.relu
        x = F.relu(x, inplace=True)  # TR101@13 torch.nn.functional.relu
        x = F.relu(input=x)  # TR101@13 torch.nn.functional.relu
        x = F.relu6(x)  # TR101@13 torch.nn.functional.relu6
        x = F.hardtanh(x)  # TR101@13 torch.nn.functional.hardtanh
        x = F.hardtanh(x, -2.0, 2.0)  # TR101@13 torch.nn.functional.hardtanh
        x = F.hardtanh(x, min_val=-2.0, max_val=2.0)  # TR101@13 torch.nn.functional.hardtanh
        x = F.hardswish(x)  # TR101@13 torch.nn.functional.hardswish
        x = F.hardsigmoid(x)  # TR101@13 torch.nn.functional.hardsigmoid
        x = F.elu(x)  # TR101@13 torch.nn.functional.elu
        x = F.elu(x, 0.5)  # TR101@13 torch.nn.functional.elu
        x = F.selu(x)  # TR101@13 torch.nn.functional.selu
        x = F.celu(x)  # TR101@13 torch.nn.functional.celu
        x = F.leaky_relu(x)  # TR101@13 torch.nn.functional.leaky_relu
        x = F.leaky_relu(x, 0.1)  # TR101@13 torch.nn.functional.leaky_relu
        x = F.leaky_relu(x, negative_slope=0.1)  # TR101@13 torch.nn.functional.leaky_relu
        x = F.rrelu(x)  # TR101@13 torch.nn.functional.rrelu
        x = F.gelu(x)  # TR101@13 torch.nn.functional.gelu
        x = F.gelu(x, approximate="tanh")  # TR101@13 torch.nn.functional.gelu
        x = F.logsigmoid(x)  # TR101@13 torch.nn.functional.logsigmoid
        x = F.hardshrink(x)  # TR101@13 torch.nn.functional.hardshrink
        x = F.softshrink(x)  # TR101@13 torch.nn.functional.softshrink
        x = F.tanhshrink(x)  # TR101@13 torch.nn.functional.tanhshrink
        x = F.softsign(x)  # TR101@13 torch.nn.functional.softsign
        x = F.softplus(x)  # TR101@13 torch.nn.functional.softplus
        x = F.softplus(x, 2)  # TR101@13 torch.nn.functional.softplus
        x = F.threshold(x, 0.1, 0.0)  # TR101@13 torch.nn.functional.threshold
        x = F.tanh(x)  # TR101@13 torch.nn.functional.tanh
        x = F.sigmoid(x)  # TR101@13 torch.nn.functional.sigmoid
        x = F.silu(x)  # TR101@13 torch.nn.functional.silu
        x = F.mish(x)  # TR101@13 torch.nn.functional.mish
        x = F.glu(x)  # TR101@13 torch.nn.functional.glu
        return F.glu(x, dim=1)  # TR101@16 torch.nn.functional.glu


class SoftmaxFamily(nn.Module):
    def forward(self, x):
        a = F.softmax(x, dim=1)  # TR101@13 torch.nn.functional.softmax
        b = F.softmax(x, 1)  # TR101@13 torch.nn.functional.softmax
        c = F.softmax(x, dim=1, dtype=torch.float32)  # TR101@13 torch.nn.functional.softmax
        d = F.softmin(x, dim=1)  # TR101@13 torch.nn.functional.softmin
        e = F.log_softmax(x, dim=1)  # TR101@13 torch.nn.functional.log_softmax
        f = F.log_softmax(x, 1)  # TR101@13 torch.nn.functional.log_softmax
        g = torch.softmax(x, 1)  # TR101@13 torch.softmax
        h = torch.softmax(x, dim=-1)  # TR101@13 torch.softmax
        i = torch.log_softmax(x, dim=1)  # TR101@13 torch.log_softmax
        j = x.softmax(1)  # TR101@13 torch.Tensor.softmax
        k = x.softmax(dim=-1)  # TR101@13 torch.Tensor.softmax
        l = x.log_softmax(dim=1)  # TR101@13 torch.Tensor.log_softmax
        m = torch.special.softmax(x, dim=1)  # TR101@13 torch.special.softmax
        return a, b, c, d, e, f, g, h, i, j, k, l, m


class InPlaceFunctionals(nn.Module):
    def forward(self, x):
        x = x.clone()
        F.relu_(x)  # TR101@9 torch.nn.functional.relu_
        F.elu_(x)  # TR101@9 torch.nn.functional.elu_
        F.leaky_relu_(x, 0.2)  # TR101@9 torch.nn.functional.leaky_relu_
        F.hardtanh_(x)  # TR101@9 torch.nn.functional.hardtanh_
        x.relu_()  # TR101@9 torch.Tensor.relu_
        x.sigmoid_()  # TR101@9 torch.Tensor.sigmoid_
        x.tanh_()  # TR101@9 torch.Tensor.tanh_
        return torch.relu_(x)  # TR101@16 torch.relu_


class TorchFunctions(nn.Module):
    def forward(self, x):
        x = torch.relu(x)  # TR101@13 torch.relu
        x = torch.selu(x)  # TR101@13 torch.selu
        x = torch.celu(x)  # TR101@13 torch.celu
        x = torch.hardshrink(x)  # TR101@13 torch.hardshrink
        x = torch.threshold(x, 0.1, 0.0)  # TR101@13 torch.threshold
        x = torch.rrelu(x)  # TR101@13 torch.rrelu
        x = torch.tanh(x)  # TR101@13 torch.tanh
        x = torch.sigmoid(x)  # TR101@13 torch.sigmoid
        return torch.special.expit(x)  # TR101@16 torch.special.expit


class TensorMethods(nn.Module):
    def forward(self, x):
        x = x.relu()  # TR101@13 torch.Tensor.relu
        x = x.tanh()  # TR101@13 torch.Tensor.tanh
        x = x.sigmoid()  # TR101@13 torch.Tensor.sigmoid
        x = x.hardshrink(0.1)  # TR101@13 torch.Tensor.hardshrink
        return x.relu().tanh()  # TR101@16 torch.Tensor.relu; TR101@16 torch.Tensor.tanh


class UnboundTensorMethods(nn.Module):
    def forward(self, x):
        x = torch.Tensor.relu(x)  # TR101@13 torch.Tensor.relu
        return torch.Tensor.sigmoid(x)  # TR101@16 torch.Tensor.sigmoid


class NestedCalls(nn.Module):
    def forward(self, x):
        return F.relu(torch.tanh(x.sigmoid()))  # TR101@16 torch.nn.functional.relu; TR101@23 torch.tanh; TR101@34 torch.Tensor.sigmoid


class CallOverSeveralLines(nn.Module):
    def forward(self, x):
        return F.leaky_relu(  # TR101@16 torch.nn.functional.leaky_relu
            torch.tanh(  # TR101@13 torch.tanh
                x
            ),
            negative_slope=0.2,
        )


MATRIX = lambda: (torch.rand(4, 8),)
INPUTS = {
    "Functionals": lambda: (torch.rand(2, 4, 8),),
    "SoftmaxFamily": MATRIX,
    "InPlaceFunctionals": MATRIX,
    "TorchFunctions": MATRIX,
    "TensorMethods": MATRIX,
    "UnboundTensorMethods": MATRIX,
    "NestedCalls": MATRIX,
    "CallOverSeveralLines": MATRIX,
}
