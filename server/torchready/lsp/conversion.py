"""Positions between the client's units (UTF-8, UTF-16 or UTF-32) and ours (code points)."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types

from torchready.finding import Position, Range
from torchready.text import Text
from torchready.text.encoding import Encoding, from_units, to_units


@dataclass(frozen=True, slots=True)
class Converter:
    """Converts positions of one text.

    `first_line` is where that text begins in the text that is analysed: 0 for a file, more for the cells
    of a notebook.
    """

    text: Text
    encoding: Encoding
    first_line: int = 0

    @property
    def changes_positions(self) -> bool:
        """Whether a position may be another one for the client."""
        return self.first_line != 0 or not (self.encoding is Encoding.UTF_32 or self.text.content.isascii())

    def column(self, position: Position) -> int:
        """The column in the client's units."""
        if self.encoding is Encoding.UTF_32 or self.text.content.isascii():
            return position.column
        return to_units(self.text.line(position.line - self.first_line), position.column, self.encoding)

    def to_client(self, position: Position) -> types.Position:
        return types.Position(position.line - self.first_line, self.column(position))

    def range_to_client(self, span: Range) -> types.Range:
        return types.Range(self.to_client(span.start), self.to_client(span.end))

    def from_client(self, position: types.Position) -> Position:
        """A position beyond the end of its line or of the text stands for that end."""
        return self.place(position.line, position.character)

    def place(self, line: int, character: int) -> Position:
        """The same for a position that comes as its two numbers."""
        line = max(line, 0)
        if line >= self.text.line_count:
            end = self.text.position(len(self.text.content))
            return Position(end.line + self.first_line, end.column)
        content = self.text.line(line)
        column = min(max(from_units(content, character, self.encoding), 0), len(content))
        return Position(line + self.first_line, column)

    def range_from_client(self, span: types.Range) -> Range:
        start, end = self.from_client(span.start), self.from_client(span.end)
        return Range(start, max(start, end))
