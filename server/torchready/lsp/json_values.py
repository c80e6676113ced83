"""JSON as dictionaries and lists."""

from __future__ import annotations

from typing import cast


def plain(value: object) -> object:
    """pygls makes named tuples of what has no type in LSP: settings, and arguments of commands."""
    fields = getattr(value, "_asdict", None)
    if fields is not None:
        return {key: plain(item) for key, item in fields().items()}
    if isinstance(value, list):
        return [plain(item) for item in cast("list[object]", value)]
    return value


def table(value: object) -> dict[str, object]:
    """A value that should be a table, as one; empty when it is not."""
    told = plain(value)
    return cast("dict[str, object]", told) if isinstance(told, dict) else {}
