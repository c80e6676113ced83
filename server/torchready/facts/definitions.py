"""Where a file defines its classes and functions at the top level, by their text alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.source_file import SourceFile
from torchready.finding import Position, Range
from torchready.syntax import Piece
from torchready.text import Text


@dataclass(frozen=True, slots=True)
class Definition:
    """A class or function. `range` is that of its name, `end_line` the line after its last."""

    name: str
    is_class: bool
    range: Range
    end_line: int


def definitions_of(file: SourceFile) -> tuple[Definition, ...]:
    """In the order in which they stand in the file; of several with one name, the last."""
    first_lines = dict(zip(file.syntax.pieces, file.syntax.first_lines, strict=True))
    return tuple(sorted(_definitions(file, first_lines), key=lambda one: one.range))


def _definitions(file: SourceFile, first_lines: dict[Piece, int]) -> Iterator[Definition]:
    for name, bindings in file.scope.items():
        match bindings[-1]:
            case SourceClass() as source:
                pieces, keyword = (source.header, *source.members), "class"
            case SourceFunction() as function:
                pieces, keyword = (function.piece,), "def"
            case _:
                continue
        written = re.search(rf"\b{keyword}[ \t]+({re.escape(name)})\b", pieces[0].text)
        if written is None:
            continue
        within = Text(pieces[0].text).position(written.start(1))
        start = Position(first_lines[pieces[0]] + within.line, within.column)
        span = Range(start, Position(start.line, start.column + len(name)))
        last = pieces[-1]
        yield Definition(name, keyword == "class", span, _end_line(file, last, first_lines[last]))


def _end_line(file: SourceFile, piece: Piece, first_line: int) -> int:
    """The line after the last one of a piece that is not empty."""
    line = file.syntax.end_line(file.syntax.pieces.index(piece))
    while line - 1 > first_line and not file.syntax.text.line(line - 1).strip():
        line -= 1
    return line
