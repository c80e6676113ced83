"""Columns in the units of UTF-8, UTF-16 and UTF-32 (code points), line by line."""

from __future__ import annotations

from enum import Enum


class Encoding(str, Enum):
    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    UTF_32 = "utf-32"


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """The column in units of `encoding` for a column in code points."""
    if encoding is Encoding.UTF_32 or line.isascii():
        return column
    before = line[:column]
    extra = max(column - len(line), 0)
    if encoding is Encoding.UTF_8:
        return len(before.encode("utf-8", "surrogatepass")) + extra
    return len(before.encode("utf-16-le", "surrogatepass")) // 2 + extra


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """The column in code points for a column in units of `encoding`; inside a character, its start."""
    if encoding is Encoding.UTF_32 or line.isascii():
        return units
    seen = 0
    for column, character in enumerate(line):
        seen += _width(character, encoding)
        if seen > units:
            return column
    return len(line) + max(units - seen, 0)


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF_16:
        return 2 if ord(character) > 0xFFFF else 1
    return len(character.encode("utf-8", "surrogatepass"))
