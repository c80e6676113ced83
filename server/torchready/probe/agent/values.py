"""What goes in and out of a model: its tensors by path, its description, and what in it is no tensor."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch


class Leaf(NamedTuple):
    """`path` is written as behind a name: `[0]`, `["logits"]`, `.logits`."""

    path: str
    value: Any


def leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Everything in nested containers, in order. Containers themselves are not leaves, but empty ones."""
    children = list(_children(value))
    if not children:
        yield Leaf(path, value)
    for step, child in children:
        yield from leaves(child, path + step)


def tensors(value: Any) -> list[tuple[str, torch.Tensor]]:
    return [(leaf.path, leaf.value) for leaf in leaves(value) if isinstance(leaf.value, torch.Tensor)]


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, torch.Tensor):
        return
    if isinstance(value, dict):
        yield from ((f"[{key!r}]", child) for key, child in value.items())
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        yield from ((f".{name}", getattr(value, name)) for name in getattr(value, "_fields"))  # noqa: B009
    elif isinstance(value, (list, tuple)):
        yield from ((f"[{index}]", child) for index, child in enumerate(value))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from ((f".{one.name}", getattr(value, one.name, None)) for one in dataclasses.fields(value))


def described(value: Any) -> str:
    """`float32[1, 3, 224, 224]`; of containers what is in them, of other values their type."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).replace('torch.', '')}[{', '.join(str(size) for size in value.shape)}]"
    if value is None or isinstance(value, (bool, int, float, str)):
        text = repr(value)
        return text if len(text) <= 40 else f"{type(value).__name__}"
    if isinstance(value, dict):
        inside = ", ".join(f"{key!r}: {described(child)}" for key, child in list(value.items())[:8])
        return f"{{{inside}}}" if type(value) is dict else f"{type(value).__name__}({inside})"
    children = list(_children(value))
    inside = ", ".join(described(child) for _, child in children[:8]) + (", …" if len(children) > 8 else "")
    if type(value) is tuple:
        return f"({inside})"
    if type(value) is list:
        return f"[{inside}]"
    return f"{type(value).__name__}({inside})" if children else type(value).__name__


def what_is_no_tensor(value: Any) -> tuple[str, ...]:
    """In words what in an input or output is neither a tensor nor a tuple, list or named tuple of tensors."""
    return tuple(dict.fromkeys(_strangers(value)))


def _strangers(value: Any) -> Iterator[str]:
    if isinstance(value, torch.Tensor):
        return
    if isinstance(value, (list, tuple)):
        for child in value:
            yield from _strangers(child)
    elif value is None:
        yield "None"
    elif type(value) is dict:
        yield "a dict"
    else:
        name = type(value).__name__
        yield f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
