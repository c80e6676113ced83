"""Dummy inputs of a model's forward, from the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import loading

SEED = 0


class WrongInputsError(Exception):
    """The configured inputs cannot be made; the message is for a person."""


def make_inputs(described: Any, sources: loading.Sources) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional and keyword inputs. The same numbers each time it is called."""
    import torch

    if described is None:
        return (), {}
    if isinstance(described, str):
        return arranged(loading.load(described, sources)())
    generator = torch.Generator().manual_seed(SEED)
    if isinstance(described, Mapping):
        return (), {name: tensor(each, generator) for name, each in described.items()}
    return tuple(tensor(each, generator) for each in described), {}


def arranged(made: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a user's function returned: one input, a tuple or list of them, a dict by keyword, or (args, kwargs)."""
    if isinstance(made, Mapping):
        return (), dict(made)
    if isinstance(made, (tuple, list)):
        items: list[Any] = list(made)
        if len(items) == 2 and isinstance(items[0], (tuple, list)) and isinstance(items[1], dict):
            return tuple(items[0]), dict(items[1])
        return tuple(items), {}
    return (made,), {}


def tensor(described: Mapping[str, Any], generator: Any) -> Any:
    import torch

    shape = tuple(described["shape"])
    dtype = getattr(torch, described.get("dtype") or "float32")
    if dtype is torch.bool:
        return torch.randint(0, 2, shape, generator=generator).bool()
    if dtype.is_floating_point or dtype.is_complex:
        wide = torch.complex128 if dtype.is_complex else torch.float64
        return torch.randn(shape, generator=generator, dtype=wide).to(dtype)
    return torch.randint(0, 2, shape, generator=generator).to(dtype)
