"""Branches that the numbers in tensors decide, and branches that Python decides by itself."""

from __future__ import annotations

from typing import Optional

import torch
from torch import Tensor, nn
from torch.onnx import is_in_onnx_export


class OnSums(nn.Module):
    def forward(self, x):
        if x.sum() > 0:  # TR301@12 torch.Tensor.__bool__ in OnSums
            x = x * 2
        elif x.mean() > 1:  # TR301@14 torch.Tensor.__bool__ | another branch runs
            x = x * 3
        y = x if x.min() < 0 else -x  # TR301@18
        assert x.max() < 100, "too large"  # TR301@16
        if torch.isnan(x).any():  # TR301@12
            raise ValueError("not a number")
        return y


class OnInputs(nn.Module):
    def forward(self, x, threshold):
        if x > threshold:  # TR301@12
            return x.clamp(0, 1)
        return x


class OnAnnotatedInputs(nn.Module):
    def forward(self, x: Tensor, limit: Optional[Tensor] = None):
        if x > 3:  # TR301@12
            return x
        if limit is not None and x < limit:  # TR301@34
            return limit
        return x - 1


class OnNumbersFromTensors(nn.Module):
    def forward(self, x):
        count = int(x.sum())  # TR303@17 torch.Tensor.__int__
        if count > 3:  # TR301@12 | a Python number, already frozen
            return x
        if x.max().item() == 3:  # TR301@12; TR303@12 torch.Tensor.item
            return -x
        return x


class Operands(nn.Module):
    def __init__(self):
        super().__init__()
        self.flag = True

    def forward(self, x):
        empty = not x.any()  # TR301@21
        if self.flag and (x.sum() > 0 or x.min() < 0):  # TR301@27; TR301@42
            x = x + 1
        if not self.flag:
            x = x + 2
        largest = max(x.sum(), x.mean())  # TR301@19
        kept = [row for row in (x, -x) if row.sum() > 0]  # TR301@43
        return x, largest, len(kept), empty  # TR305@28; TR305@39


class ThroughHelpers(nn.Module):
    def forward(self, x):
        return shifted(self.scaled(x))

    def scaled(self, x):
        if x.sum() > 0:  # TR301@12 torch.Tensor.__bool__ in ThroughHelpers
            return x * 2
        return x


def shifted(x):
    if x.mean() > 0:  # TR301@8 torch.Tensor.__bool__ in nothing
        return x + 1
    return x


class OnResultsOfLayers(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(4, 1), nn.Sigmoid())
        self.register_buffer("limit", torch.tensor(0.5))

    def forward(self, x):
        if self.gate(x).mean() > self.limit:  # TR301@12
            return x
        return -x


class PythonDecides(nn.Module):
    def __init__(self, mode="double", depth=2):
        super().__init__()
        self.mode = mode
        self.depth = depth
        self.extra = None
        self.rate = torch.linspace(0, 1, 3)[1].item()

    def forward(self, x, mask=None, mode="double", steps=3):
        if self.mode == "double" and mode == self.mode:
            x = x * 2
        if mask is not None:
            x = x * mask
        if isinstance(x, Tensor) and x.dim() == 2 and x.ndim == 2:
            x = x + 1
        if x.dtype == torch.float32 and x.device.type == "cpu" and x.is_floating_point():
            x = x + 1
        if hasattr(self, "extra") and self.extra is None and self.depth > 1:
            x = x + 1
        if self.rate > 0.2 and steps > 2:
            x = x + 1
        if x is mask or mode in ("double", "single"):
            x = x + 1
        if torch.is_tensor(x) and not torch.is_complex(x):
            x = x + 1
        return x


class NotTraced(nn.Module):
    def forward(self, x):
        if not torch.jit.is_tracing():
            if x.sum() > 100:
                x = x * 2
        if torch.jit.is_scripting():
            if x.sum() > 100:
                x = x * 3
        if self.training and x.sum() > 100:
            x = x * 4
        if not is_in_onnx_export() and not torch.jit.is_tracing() and x.sum() > 0:
            x = x * 5
        if not torch.jit.is_tracing() and x.dim() == 1 and x.sum() > 0:
            x = x * 6
        if torch.jit.is_tracing() or torch.compiler.is_exporting():
            return x
        if x.sum() > 0:
            return -x
        return x


class NotTracedByName(nn.Module):
    """The answers to the same questions under names of their own."""

    def forward(self, x):
        training, tracing = self.training, torch.jit.is_tracing()
        if training and x.sum() > 100:
            x = x * 2
        if not tracing and x.sum() > 100:
            x = x * 3
        x = self.doubled(x, training)
        training = training or x.dim() == 1
        if training and x.sum() > 100:  # TR301@25
            x = x * 4
        return x

    def doubled(self, x, training=False):
        if not training:
            return x
        if x.sum() > 100:
            x = x * 2
        return x


class DecidedInTrainingOnly(nn.Module):
    """Layers that are left out at random, as speech models do."""

    def forward(self, x):
        skip = False
        if self.training and x.dim() > 1:
            skip = torch.rand(()) < 0.1
        if not skip or x.dim() == 3:
            x = x * 2
        return x


class DecidedOnSomePath(nn.Module):
    def forward(self, x):
        skip = False
        if x.dim() > 1:
            skip = x.sum() < 0.1
        if not skip:  # TR301@16
            x = x * 2
        return x


@torch.jit.script
def kept_by_scripting(x: Tensor) -> Tensor:
    if bool(x.sum() > 0):
        return x * 2
    return x


class Scripted(nn.Module):
    def forward(self, x):
        return kept_by_scripting(x)


class Unknowns(nn.Module):
    """What may be a tensor and may be none is not reported."""

    def forward(self, x, epoch, options):
        if epoch > 3:
            x = x + 1
        if epoch % 2 and options.enabled:
            x = x + 1
        if options:
            x = x + 1
        return x


class Options:
    enabled = True


class PartsWithNames(nn.Module):
    def forward(self, x):
        confidence = x.max(-1).values.mean()
        if confidence > 0.9:  # TR301@12
            return x
        return x.topk(1).indices


VECTOR = lambda: (torch.rand(4),)
INPUTS = {
    "PartsWithNames": lambda: (torch.rand(3, 4),),
    "OnSums": VECTOR,
    "OnInputs": lambda: (torch.tensor(0.5), torch.tensor(0.25)),
    "OnAnnotatedInputs": lambda: (torch.tensor(0.5), torch.tensor(0.25)),
    "OnNumbersFromTensors": VECTOR,
    "Operands": VECTOR,
    "ThroughHelpers": VECTOR,
    "OnResultsOfLayers": VECTOR,
    "PythonDecides": lambda: (torch.rand(2, 4),),
    "NotTraced": VECTOR,
    "NotTracedByName": VECTOR,
    "DecidedInTrainingOnly": lambda: (torch.rand(2, 4),),
    "DecidedOnSomePath": lambda: (torch.rand(2, 4),),
    "Scripted": VECTOR,
    "Unknowns": lambda: (torch.rand(4), 4, Options()),
}
