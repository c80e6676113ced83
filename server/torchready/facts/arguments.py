"""The values that a call gives."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from torchready.facts.values import (
    UNKNOWN,
    Closure,
    Container,
    Either,
    FunctionValue,
    Instance,
    Number,
    Partial,
    SuperValue,
    Tensor,
    Unknown,
    Value,
    holds_tensor,
)


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values given in a call. `is_open` when `*args` or `**kwargs` of unknown length are among them.

    `unpacked` are the sequences behind a star, each with its expression.
    """

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    nodes: tuple[ast.expr, ...]
    is_open: bool = False
    unpacked: tuple[tuple[ast.Starred, Value], ...] = ()

    def all(self) -> tuple[Value, ...]:
        return (*self.positional, *self.keywords.values())


def holds_any_tensor(arguments: Arguments) -> bool:
    return any(holds_tensor(value) for value in arguments.all())


def carries_module(arguments: Arguments) -> bool:
    return any(has_module(value) for value in arguments.all())


def has_module(value: Value) -> bool:
    match value:
        case Instance() | Closure() | SuperValue():
            return True
        case FunctionValue(_, receiver):
            return receiver is not None
        case Partial(function, arguments, keywords):
            return has_module(function) or any(
                has_module(one) for one in (*arguments, *(v for _, v in keywords))
            )
        case Container():
            inner = (*(value.items or ()), *((value.element,) if value.element is not None else ()))
            return any(has_module(item) for item in inner)
        case Either(parts):
            return any(has_module(part) for part in parts)
        case _:
            return False


def summary_of(value: Value) -> Value:
    """What of an argument decides about the result of a plain function; equal for equal summaries."""
    match value:
        case Tensor():
            return Tensor(value.certainty, value.is_parameter, assumed=value.assumed)
        case Number():
            return Number(None, value.from_shape, from_tensor=value.from_tensor)
        case Unknown():
            return UNKNOWN
        case Container():
            items = None if value.items is None else tuple(summary_of(item) for item in value.items)
            element = None if value.element is None else summary_of(value.element)
            return Container(value.kind, None, items, value.keys, element)
        case Either(parts):
            return Either(tuple(summary_of(part) for part in parts))
        case _:
            return value
