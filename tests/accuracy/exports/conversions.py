"""Where a forward makes Python values of tensors. Sizes are no tensors while no trace runs, so none of these is one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from torchready.probe.agent.source_file import Place
from torchready.probe.agent.subject import Subject

CONVERTING = frozenset(
    {
        *("__bool__", "__int__", "__float__", "__index__", "__complex__", "__array__", "__contains__"),
        *("__format__", "item", "tolist", "numpy", "equal"),
    }
)
COPYING = frozenset({"tensor", "as_tensor", "asarray"})


class Conversions(TorchFunctionMode):
    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        self.found: set[tuple[Place, str]] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        copies = name in COPYING and args and isinstance(args[0], list | tuple) and _holds_tensor(args[0])
        if name in CONVERTING or copies:
            place = self._subject.places.of_frame(sys._getframe(1))
            if place is not None:
                self.found.add((self._subject.places.tested(place), name))
        return func(*args, **(kwargs or {}))


def _holds_tensor(values: Iterable[Any]) -> bool:
    return any(
        isinstance(value, torch.Tensor) or (isinstance(value, list | tuple) and _holds_tensor(value))
        for value in values
    )


def conversions(subject: Subject) -> list[dict[str, Any]]:
    seen = Conversions(subject)
    inputs = subject.inputs.copied()
    with subject.prepared(), seen:
        subject.model(*inputs.args, **inputs.kwargs)
    return [
        {"filename": place.filename, "range": list(place.range), "what": name}
        for place, name in sorted(seen.found)
    ]
