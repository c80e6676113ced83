"""What one forward in eval mode leaves behind in a model and its inputs, and whether Python's random numbers matter."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import torch

from torchready.probe.agent.subject import Inputs, Subject
from torchready.probe.agent.values import tensors

# Written by torch itself, or a record of the model's own that says nothing of its results.
OF_MODULES = frozenset(vars(torch.nn.Module()))


def changes(subject: Subject) -> dict[str, Any]:
    """`attributes`: [class, attribute, how]; `inputs`: whether an input was changed in place."""
    inputs = subject.inputs.copied()
    with subject.prepared():
        before = dict(_attributes(subject.model))
        versions = _versions(inputs)
        subject.model(*inputs.args, **inputs.kwargs)
        after = dict(_attributes(subject.model))
        found = {
            (owner, attribute, how)
            for (_, owner, attribute), (value, version) in after.items()
            for how in [_changed(before.get((_, owner, attribute)), value, version)]
            if how is not None
        }
        was_changed = versions != _versions(inputs)
    return {
        "attributes": sorted(found),
        "inputs": was_changed,
        "python_random": subject.uses_python_randomness and not subject.is_random,
    }


def _versions(inputs: Inputs) -> list[int]:
    return [tensor._version for _, tensor in tensors([*inputs.args, *inputs.kwargs.values()])]


def _attributes(model: torch.nn.Module) -> Iterator[tuple[tuple[int, str, str], tuple[Any, int | None]]]:
    for number, module in enumerate(model.modules()):
        owner = f"{type(module).__module__}.{type(module).__qualname__}"
        own = {name: value for name, value in vars(module).items() if name not in OF_MODULES}
        for name, value in {**own, **module._buffers, **module._parameters}.items():
            version = value._version if isinstance(value, torch.Tensor) else None
            kept = copy.copy(value) if isinstance(value, list | dict | set) else value
            yield (number, owner, name), (kept, version)


def _changed(before: tuple[Any, int | None] | None, value: Any, version: int | None) -> str | None:
    if before is None:
        return "assigned"
    old, old_version = before
    if isinstance(value, torch.Tensor):
        if old is not value:
            return "assigned"
        return "in place" if version != old_version else None
    return None if old is value or _equal(old, value) else "assigned"


def _equal(old: Any, value: Any) -> bool:
    try:
        return type(old) is type(value) and bool(old == value)
    except Exception:  # whatever compares, as tensors in a list do
        return len(old) == len(value) if hasattr(value, "__len__") else False
