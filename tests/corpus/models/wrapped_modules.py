"""Parametrized, wrapped and quantization-ready modules are modules."""

import torch
import torch.ao.nn.quantized as nnq
import torch.nn as nn
import torch.nn.utils.parametrize as parametrize
from torch.ao.quantization import DeQuantStub, QuantStub
from torch.nn.utils.parametrizations import spectral_norm, weight_norm


class WeightNorm(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = weight_norm(nn.Linear(4, 4))

    def forward(self, x):
        x = self.fc(x)
        return self.fc(x)  # TR201@16 self.fc


class SpectralNormOnce(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = spectral_norm(nn.Linear(4, 4))
        self.b = spectral_norm(nn.Linear(4, 4))

    def forward(self, x):
        return self.b(self.a(x))


class Symmetric(nn.Module):
    def forward(self, weight):
        return weight.transpose(0, 1)


class Parametrized(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        parametrize.register_parametrization(self.fc, "weight", Symmetric())

    def forward(self, x):
        return self.fc(x)


class Stubs(nn.Module):
    def __init__(self):
        super().__init__()
        self.quant = QuantStub()
        self.fc = nn.Linear(4, 4)
        self.dequant = DeQuantStub()

    def forward(self, x, y):
        x = self.dequant(self.fc(self.quant(x)))
        y = self.dequant(self.quant(y))  # TR201@13 self.dequant; TR201@26 self.quant
        return x, y


class FloatFunctional(nn.Module):
    """Its methods are operators that a quantizer knows."""

    def __init__(self):
        super().__init__()
        self.add = nnq.FloatFunctional()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.add.add(self.fc(x), x)


class DataParallel(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.DataParallel(nn.Linear(4, 4))

    def forward(self, x):
        x = self.body(x)
        return self.body(x)  # TR201@16 self.body


class MovedAndFrozen(nn.Module):
    """These methods return the module itself."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4).to(torch.float32).eval()
        self.act = nn.ReLU().requires_grad_(False)

    def forward(self, x):
        x = self.act(self.fc(x))
        return self.act(self.fc(x))  # TR201@16 self.act; TR201@25 self.fc


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = {
    "WeightNorm": MATRIX,
    "SpectralNormOnce": MATRIX,
    "Parametrized": MATRIX,
    "Stubs": lambda: (torch.rand(2, 4), torch.rand(2, 4)),
    "FloatFunctional": MATRIX,
    "DataParallel": MATRIX,
    "MovedAndFrozen": MATRIX,
}
