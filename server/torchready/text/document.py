"""An immutable text with a line index.

Lines end at `\n`, `\r\n` or `\r` and nowhere else, as in Python's tokenizer and in the language server
protocol; `str.splitlines` also splits at form feeds and other characters and must not be used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from torchready.finding import Edit, Position, Range

LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Change:
    """What an editor did: the range of the old text and what stands there now."""

    range: Range
    content: str


class Text:
    """Content with the offsets of its line starts. Offsets and columns count code points."""

    __slots__ = ("_has_returns", "_index", "content")

    def __init__(self, content: str, line_starts: list[int] | None = None) -> None:
        self.content = content
        # Line starts; those behind a line are to be shifted by so much. While somebody types in a line only that
        # number changes. One value, because threads share a text.
        self._index = (_line_starts(content) if line_starts is None else line_starts, 0, 0)
        self._has_returns: bool | None = None

    @property
    def line_starts(self) -> list[int]:
        starts, line, shift = self._index
        if shift:
            starts = [*starts[: line + 1], *(place + shift for place in starts[line + 1 :])]
            self._index = (starts, 0, 0)
        return starts

    @property
    def line_count(self) -> int:
        return len(self._index[0])

    def line(self, number: int) -> str:
        """The line without its ending; the empty string beyond the last line."""
        return self.line_with_end(number).rstrip("\r\n")

    def line_with_end(self, number: int) -> str:
        return self.content[self.line_start(number) : self.line_start(number + 1)]

    def line_start(self, number: int) -> int:
        """The offset of the line's first character; the end of the text beyond the last line."""
        starts, line, shift = self._index
        if number >= len(starts):
            return len(self.content)
        return starts[number] + shift if number > line else starts[number]

    def lines(self, start: int, end: int) -> str:
        """The text of the lines from `start` up to, not including, `end`."""
        return self.content[self.line_start(start) : self.line_start(end)]

    def offset(self, position: Position) -> int:
        """The offset of a position; one beyond the end of its line stands for the end of that line."""
        start = self.line_start(position.line)
        return min(start + position.column, start + len(self.line(position.line)))

    def position(self, offset: int) -> Position:
        offset = min(max(offset, 0), len(self.content))
        line = bisect_right(self.line_starts, offset) - 1
        return Position(line, offset - self.line_starts[line])

    def slice(self, span: Range) -> str:
        return self.content[self.offset(span.start) : self.offset(span.end)]

    def newline(self) -> str:
        """The line ending this text uses first, `\\n` when it has none."""
        match = LINE_END.search(self.content)
        return match.group() if match else "\n"

    def changed(self, change: Change) -> Text:
        """The text after one change, with the line index updated around it only."""
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        content = "".join((self.content[:start], change.content, self.content[end:]))
        if self._stays_in_its_line(change):
            return self._with_longer_line(change.range.start.line, content)
        return Text(content, self._changed_line_starts(start, end, change.content, content))

    def _stays_in_its_line(self, change: Change) -> bool:
        """Whether all lines stay lines. A carriage return anywhere may meet the rest of a line end."""
        if change.range.start.line != change.range.end.line or LINE_END.search(change.content):
            return False
        if self._has_returns is None:
            self._has_returns = "\r" in self.content
        return not self._has_returns

    def _with_longer_line(self, line: int, content: str) -> Text:
        starts, shifted, shift = self._index
        if shifted != line:
            starts, shift = self.line_starts, 0
        after = Text(content, starts)
        after._index = (starts, line, shift + len(content) - len(self.content))
        after._has_returns = False
        return after

    def _changed_line_starts(self, start: int, end: int, inserted: str, content: str) -> list[int]:
        # One line more on either side, because a change can split or join the two characters of "\r\n".
        first = max(bisect_right(self.line_starts, start) - 2, 0)
        last = min(bisect_right(self.line_starts, end) + 1, len(self.line_starts))
        shift = len(inserted) - (end - start)
        scan_start = self.line_starts[first]
        scan_end = (self.line_starts[last] if last < len(self.line_starts) else len(self.content)) + shift
        middle = [match.end() for match in LINE_END.finditer(content, scan_start, scan_end)]
        tail = self.line_starts[last:]
        if middle and tail and middle[-1] == tail[0] + shift:
            middle.pop()
        shifted = [place + shift for place in tail] if shift else tail
        return [*self.line_starts[: first + 1], *middle, *shifted]

    def edited(self, edits: Iterable[Edit]) -> Text:
        """The text after edits whose ranges all refer to this text and do not overlap."""
        return Text(apply_edits(self, sorted(edits, key=lambda edit: edit.range)))


def apply_edits(text: Text, edits: Sequence[Edit]) -> str:
    """Apply sorted edits; several insertions at one place keep their order.

    Raises ValueError when two edits overlap.
    """
    pieces: list[str] = []
    done = 0
    for edit in edits:
        start, end = text.offset(edit.range.start), text.offset(edit.range.end)
        if start < done:
            raise ValueError(f"edits overlap at line {edit.range.start.line + 1}")
        pieces += (text.content[done:start], edit.content)
        done = end
    pieces.append(text.content[done:])
    return "".join(pieces)


def _line_starts(content: str) -> list[int]:
    return [0, *(match.end() for match in LINE_END.finditer(content))]
