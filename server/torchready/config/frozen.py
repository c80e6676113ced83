"""Values as TOML gives them, made immutable, hashable and fit for being sent to another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar, cast

Value = TypeVar("Value", covariant=True)


class FrozenMapping(Mapping[str, Value], Generic[Value]):
    """A mapping nobody can change; unlike `MappingProxyType` it can be hashed and pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Value] | None = None) -> None:
        self._items: dict[str, Value] = dict(items or {})

    def __getitem__(self, key: str) -> Value:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


def frozen(value: object) -> object:
    """The value with every list as a tuple and every table as a `FrozenMapping`, all the way down."""
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        return FrozenMapping({key: frozen(item) for key, item in table.items()})
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in cast("list[object]", value))
    return value


def thawed(value: object) -> object:
    """The opposite of `frozen`: plain lists and dicts, as the json module takes them."""
    if isinstance(value, Mapping):
        table = cast("Mapping[str, object]", value)
        return {key: thawed(item) for key, item in table.items()}
    if isinstance(value, (list, tuple)):
        return [thawed(item) for item in cast("list[object]", value)]
    return value
