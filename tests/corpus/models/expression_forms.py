"""Calls in every place where Python allows an expression."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class Everywhere(nn.Module):
    def forward(self, x):
        if F.relu(x).sum() < 0:  # TR101@12 torch.nn.functional.relu; TR301@12
            pass
        elif F.gelu(x).sum() > 0:  # TR101@14 torch.nn.functional.gelu; TR301@14
            pass
        while torch.sigmoid(x).max() > 2:  # TR101@15 torch.sigmoid; TR302@15
            break
        for row in F.relu(x):  # TR101@20 torch.nn.functional.relu; TR304@20
            row.shape
        assert torch.tanh(x).max() <= 1, "tanh is bounded"  # TR101@16 torch.tanh; TR301@16
        with torch.autograd.profiler.record_function("relu"):
            x = F.relu(x)  # TR101@17 torch.nn.functional.relu
        y = F.elu(x) if x.dim() == 2 else F.selu(x)  # TR101@13 torch.nn.functional.elu; TR101@43 torch.nn.functional.selu
        z = [F.relu(v) for v in (x, y)]  # TR101@14 torch.nn.functional.relu
        first, *rest = F.gelu(x), y, z  # TR101@24 torch.nn.functional.gelu
        named = {"relu": F.relu(x), **{"tanh": x.tanh()}}  # TR101@26 torch.nn.functional.relu; TR101@48 torch.Tensor.tanh
        text = f"{F.relu(x).mean():.2f}"  # TR101@19 torch.nn.functional.relu; TR303@19
        x[0] = F.silu(x)[1]  # TR101@16 torch.nn.functional.silu
        part = F.relu(x)[:, : F.relu(x).shape[0]]  # TR101@16 torch.nn.functional.relu; TR101@31 torch.nn.functional.relu
        (w := F.mish(x)).add_(1)  # TR101@15 torch.nn.functional.mish
        del text, named; v = F.relu(w); return v, first, part  # TR101@30 torch.nn.functional.relu


class Keywords(nn.Module):
    def forward(self, x):
        x = F.softmax(dim=-1, input=x)  # TR101@13 torch.nn.functional.softmax
        arguments = (x, 0.2)
        x = F.leaky_relu(*arguments)  # TR101@13 torch.nn.functional.leaky_relu
        options = {"negative_slope": 0.3}
        return F.leaky_relu(x, **options)  # TR101@16 torch.nn.functional.leaky_relu


class Formatting(nn.Module):
    def forward(self, x):
        x = F . relu (x)  # TR101@13 torch.nn.functional.relu
        x = (F.relu)(x)  # TR101 torch.nn.functional.relu
        x = F.relu(  # TR101@13 torch.nn.functional.relu
            x,
        )
        x = (
            x  # TR101@13 torch.Tensor.relu
            .flatten(1)
            .relu()
        )
        return x if x is None else \
            F.relu(x)  # TR101@13 torch.nn.functional.relu


class WideCharacters(nn.Module):
    def forward(self, x):
        größe = "𝒳 naïve 漢字"; x = F.relu(x)  # TR101@35 torch.nn.functional.relu
        return torch.tanh(x) if größe else x  # TR101@16 torch.tanh


class OnOneLine(nn.Module):
    def forward(self, x): return F.relu(x)  # TR101@34 torch.nn.functional.relu


class Nested(nn.Module):
    def forward(self, x):
        def outer(a):
            def inner(b):
                return F.relu(b)  # TR101@24 torch.nn.functional.relu

            return inner(a)

        return outer(x)


class Recursive(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x, depth=0):
        x = F.relu(x)  # TR101@13 torch.nn.functional.relu
        return x if depth > 0 else self.forward(x, depth + 1)


MATRIX = lambda: (torch.rand(2, 4),)
INPUTS = dict.fromkeys(
    ["Everywhere", "Keywords", "Formatting", "WideCharacters", "OnOneLine", "Nested", "Recursive"], MATRIX
)
