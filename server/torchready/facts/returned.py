"""What a plain function gives those who call it, next to its events by itself."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from torchready.facts.events import FunctionalCall, TracingEvent
from torchready.facts.values import Value


@dataclass(frozen=True, slots=True)
class Returned:
    """Its result, what a trace freezes in it, what it shows to be tensors, its calls on parameters it is given."""

    value: Value
    tracing: tuple[TracingEvent, ...] = ()
    shown: frozenset[Hashable] = frozenset()
    on_parameters: tuple[FunctionalCall, ...] = ()
