"""Dummy inputs of a model's forward, from the configuration."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from . import loading
from .outcomes import ForPeopleError

SEED = 0
# Without a range, whole numbers are these: they are valid as indices of nearly everything.
LOW, HIGH = 0, 2


class WrongInputsError(ForPeopleError):
    """The configured inputs cannot be made; the message is for a person."""


def make_inputs(described: Any, sources: loading.Sources) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positional and keyword inputs. The same numbers each time it is called."""
    import torch

    if described is None:
        return (), {}
    if isinstance(described, str):
        return arranged(_made_by_user(described, sources))
    generator = torch.Generator().manual_seed(SEED)
    if isinstance(described, Mapping):
        return (), {name: made(each, generator) for name, each in described.items()}
    return tuple(made(each, generator) for each in described), {}


def expect_some(described: Any, model: Any) -> None:
    """Raises when no inputs are configured although forward takes some."""
    if described is not None:
        return
    try:
        parameters = inspect.signature(model.forward).parameters.values()
    except (TypeError, ValueError):
        return
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [each.name for each in parameters if each.kind in plain and each.default is each.empty]
    if needed:
        raise WrongInputsError(
            f"none is configured, and forward takes {', '.join(f'`{name}`' for name in needed)}: "
            "add `inputs` to the model's entry, or give --input 1,3,224,224"
        )


def arranged(inputs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """What a user's function returned: one input, a tuple or list of them, a dict by keyword, or (args, kwargs)."""
    if isinstance(inputs, Mapping):
        return (), dict(inputs)
    if not isinstance(inputs, (tuple, list)) or hasattr(inputs, "_fields"):
        return (inputs,), {}
    items: list[Any] = list(inputs)
    if len(items) == 2 and isinstance(items[0], (tuple, list)) and _is_keywords(items[1]):
        return tuple(items[0]), dict(items[1])
    return tuple(items), {}


def made(described: Any, generator: Any) -> Any:
    """A tensor for a table with a shape; lists and tables with what is in them made; anything else as it is."""
    if isinstance(described, Mapping):
        if isinstance(described.get("shape"), list):
            return tensor(described, generator)
        if set(described) == {"value"}:
            return described["value"]
        return {name: made(each, generator) for name, each in described.items()}
    if isinstance(described, list):
        return [made(each, generator) for each in described]
    return described


def tensor(described: Mapping[str, Any], generator: Any) -> Any:
    import torch

    shape = tuple(described["shape"])
    dtype = getattr(torch, described.get("dtype") or "float32")
    low, high = described.get("low"), described.get("high")
    if dtype.is_complex:
        return torch.randn(shape, generator=generator, dtype=torch.complex128).to(dtype)
    if dtype.is_floating_point:
        if low is None or high is None:
            return torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype)
        return (torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low).to(dtype)
    low, high = (LOW, HIGH) if low is None or high is None else (int(low), int(high))
    if low >= high:
        raise WrongInputsError(f"between {low} and {high} there is no whole number for a tensor of {dtype}")
    return torch.randint(low, high, shape, generator=generator).to(dtype)


def _made_by_user(reference: str, sources: loading.Sources) -> Any:
    function = loading.load(reference, sources)
    if not callable(function):
        raise WrongInputsError(f"{reference} is no function that makes inputs, but {type(function).__name__}")
    made_inputs = function()
    if made_inputs is None:
        raise WrongInputsError(
            f"{reference} returns None; let it return a tensor, a tuple of inputs, or a dict of them by keyword"
        )
    return made_inputs


def _is_keywords(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)
