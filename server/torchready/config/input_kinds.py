"""Dummy inputs as a configuration writes them: tensors, plain values, and lists and tables of these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import cast

from torchready.config.kinds import (
    Choice,
    Key,
    KeyPath,
    ListOf,
    Mistake,
    Number,
    Schema,
    Table,
    name_of,
    wrong_type,
)

# Of torch's dtypes those that a dummy tensor can be made of.
DTYPES = (
    *("float32", "float64", "float16", "bfloat16", "complex64", "complex128"),
    *("int8", "int16", "int32", "int64", "uint8", "bool"),
)
DEFINITION = "dummyInput"
SCALARS = (str, int, float, bool)
PLAIN = {"value"}

TENSOR = Table(
    {
        "shape": Key(
            ListOf(Number(0), "whole numbers"), "The tensor's size in every dimension.", required=True
        ),
        "dtype": Key(Choice(DTYPES), "The tensor's data type.", default="float32"),
        "low": Key(
            Number(None, fractions=True), "The smallest number in it; without a range, 0 for whole numbers."
        ),
        "high": Key(
            Number(None, fractions=True), "Numbers stay below this; without a range, 2 for whole numbers."
        ),
    },
    expected="a table such as `{ shape = [1, 3, 224, 224] }`",
)


@dataclass(frozen=True, slots=True)
class DummyInput:
    """A tensor (`{ shape = [1, 3] }`), a plain value (`3`, `{ value = [1, 2] }`), or a list or table of these."""

    expected: str = (
        "a tensor such as `{ shape = [1, 3, 224, 224] }`, a plain value, or a list or table of these"
    )

    def mistakes(self, value: object, path: KeyPath) -> Iterator[Mistake]:
        if isinstance(value, dict):
            yield from self._mistakes_of_table(cast("dict[str, object]", value), path)
        elif isinstance(value, list):
            for position, item in enumerate(cast("list[object]", value)):
                yield from self.mistakes(item, (*path, position))
        elif not isinstance(value, SCALARS):
            yield wrong_type(self, value, path)

    def _mistakes_of_table(self, table: dict[str, object], path: KeyPath) -> Iterator[Mistake]:
        if is_tensor(table):
            mistakes = tuple(TENSOR.mistakes(table, path))
            yield from mistakes or _mistakes_of_range(table, path)
        elif set(table) != PLAIN:
            for name, item in table.items():
                yield from self.mistakes(item, (*path, name))

    def schema(self) -> Schema:
        return {"$ref": f"#/definitions/{DEFINITION}"}


def definition() -> Schema:
    """What `DummyInput.schema` refers to."""
    own = DummyInput().schema()
    return {
        "anyOf": [
            TENSOR.schema(),
            {
                "type": "object",
                "properties": {"value": {}},
                "required": ["value"],
                "additionalProperties": False,
            },
            {"type": "object", "not": {"required": ["shape"]}, "additionalProperties": own},
            {"type": "array", "items": own},
            {"type": ["string", "number", "boolean"]},
        ]
    }


def is_tensor(table: Mapping[str, object]) -> bool:
    """Whether a table describes one tensor; also when it does so with a mistake in it."""
    if isinstance(table.get("shape"), (list, tuple)):
        return True
    for name, value in table.items():
        if name in TENSOR.keys and not isinstance(value, (dict, list, tuple, Mapping)):
            return True
        if isinstance(value, list) and get_close_matches(name, ["shape"], cutoff=0.7):
            return True
    return False


def _mistakes_of_range(table: dict[str, object], path: KeyPath) -> Iterator[Mistake]:
    low, high = cast("float | None", table.get("low")), cast("float | None", table.get("high"))
    if (low is None) != (high is None):
        given, missing = ("low", "high") if high is None else ("high", "low")
        yield Mistake((*path, given), f"{name_of(path)} has `{given}` but no `{missing}`: give both")
    elif low is not None and high is not None and low >= high:
        yield Mistake((*path, "high"), f"{name_of((*path, 'high'))} must be above `low`, {low}, not {high}")
