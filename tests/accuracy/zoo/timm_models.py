"""One small model of every architecture file of timm."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from tests.accuracy.zoo import torchvision_on_cpu
from tests.accuracy.zoo.case import MOST_PARAMETERS, BuiltModel, Case, Inputs

# timm imports torchvision.
KEEP_OPERATORS_REGISTERED = torchvision_on_cpu.prepare()

import timm  # noqa: E402
from timm.models import _registry  # noqa: E402

# From the surest sign of a small model to the weakest.
SMALL = (
    "test_", "femto", "atto", "pico", "nano", "xxs", "_xs", "xtiny", "tiny", "_s0", "_mini", "lite",
    "small", "_s", "_b0", "_n", "11", "18", "26", "_t", "50",
)  # fmt: skip


def cases() -> Iterator[Case]:
    for module in _registry.list_modules():
        name = _smallest(sorted(timm.list_models(module=module)))
        if name:
            yield Case(name, lambda name=name: _build(name))


def _smallest(names: list[str]) -> str | None:
    for sign in SMALL:
        for name in names:
            if sign in name:
                return name
    return names[0] if names else None


def _build(name: str) -> BuiltModel:
    model = timm.create_model(name, pretrained=False)
    if sum(parameter.numel() for parameter in model.parameters()) > MOST_PARAMETERS:
        raise ValueError("too many parameters for the zoo")
    channels, height, width = model.default_cfg.get("input_size", (3, 224, 224))
    return BuiltModel(model, (Inputs((torch.rand(2, channels, height, width),)),))
