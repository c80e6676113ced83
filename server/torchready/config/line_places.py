"""Where the keys and values of a TOML text stand, found without a compiled parser.

Stands in for `places` where tree-sitter is not installed: in the editor's bundle, which is one for all platforms. Keys
and whole values are as exact; what is inside an array or an inline table gets the range of the whole value.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from torchready.config.kinds import KeyPath
from torchready.finding import Position, Range

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOP = Range(Position(0, 0), Position(0, 0))
PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
PARTS = re.compile(PART)
NAME = rf"{PART}(?:[ \t]*\.[ \t]*{PART})*"
HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({NAME})[ \t]*\]")
PAIR = re.compile(rf"[ \t]*({NAME})[ \t]*=[ \t]*")


class LinePlaces:
    """The ranges of the keys and values of one TOML text that parses."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._keys: dict[KeyPath, Range] = {}
        self._values: dict[KeyPath, Range] = {}
        self._elements: dict[KeyPath, int] = {}
        self._read()

    def of_key(self, path: KeyPath) -> Range:
        return self._nearest(path, (self._keys, self._values))

    def of_value(self, path: KeyPath) -> Range:
        return self._nearest(path, (self._values, self._keys))

    def _nearest(self, path: KeyPath, sources: tuple[dict[KeyPath, Range], ...]) -> Range:
        if not path:
            return TOP
        found = (source[path] for source in sources if path in source)
        return next(found, None) or self._nearest(path[:-1], sources)

    def _read(self) -> None:
        table: KeyPath = ()
        row = 0
        while row < len(self._lines):
            line = self._lines[row]
            header = HEADER.match(line)
            pair = PAIR.match(line)
            if header:
                table = self._table(row, header)
            elif pair:
                path = self._key(row, pair, table)
                span = _value(self._lines, Position(row, pair.end()))
                self._values[path] = span
                row = span.end.line
            row += 1

    def _table(self, row: int, header: re.Match[str]) -> KeyPath:
        *outer, last = _parts(row, header[2], header.start(2))
        path: KeyPath = ()
        for name, place in outer:
            path = self._latest((*path, name))
            self._keys.setdefault(path, place)
        path = (*path, last[0])
        self._keys.setdefault(path, last[1])
        if header[1] == "[[":
            self._elements[path] = self._elements.get(path, -1) + 1
            path = self._latest(path)
            self._keys[path] = last[1]
        return path

    def _latest(self, path: KeyPath) -> KeyPath:
        """A name that stands for an array of tables means its latest table."""
        return (*path, self._elements[path]) if path in self._elements else path

    def _key(self, row: int, pair: re.Match[str], table: KeyPath) -> KeyPath:
        path = table
        for name, place in _parts(row, pair[1], pair.start(1)):
            path = (*path, name)
            self._keys.setdefault(path, place)
        return path


def _parts(row: int, written: str, column: int) -> list[tuple[str, Range]]:
    return [
        (
            next(iter(tomllib.loads(f"{part.group()} = 0"))),
            Range(Position(row, column + part.start()), Position(row, column + part.end())),
        )
        for part in PARTS.finditer(written)
    ]


def _value(lines: list[str], start: Position) -> Range:
    """The value that starts here; it ends with the first line that makes it whole."""
    written = ""
    for row in range(start.line, len(lines)):
        line = lines[row][start.column if row == start.line else 0 :]
        whole = _parsed(written + line)
        if whole is not None:
            ended = _without_comment(written, line, whole)
            return Range(start, Position(row, len(ended) + (start.column if row == start.line else 0)))
        written += line + "\n"
    return Range(start, Position(start.line, len(lines[start.line])))


def _without_comment(before: str, line: str, value: dict[str, Any]) -> str:
    signs = (sign.start() for sign in re.finditer("#", line))
    cut = next((sign for sign in signs if _parsed(before + line[:sign]) == value), len(line))
    return line[:cut].rstrip()


def _parsed(written: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(f"value = {written}")
    except tomllib.TOMLDecodeError:
        return None
