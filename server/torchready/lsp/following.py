"""Where the lines of a text that a run was about are now.

A run takes seconds and its text is edited meanwhile and afterwards. What it found stays at its line as long as
that line says what it said; where an edit is taken back, everything is as it was. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from torchready.finding import Position, Range
from torchready.lsp.documents import difference
from torchready.text import Change, Text


@dataclass(frozen=True, eq=False)
class Followed:
    """The text of a run and the text now. `origins` are the lines of the first that those of the second stem from."""

    before: Text
    now: Text
    origins: tuple[int | None, ...]

    @classmethod
    def start(cls, before: Text, now: Text | None = None) -> Followed:
        """From the text of a run to a text that somebody edited elsewhere."""
        followed = cls(before, before, tuple(range(before.line_count)))
        if now is None:
            return followed
        change = difference(before, now.content)
        return followed if change is None else followed.changed([change])

    def changed(self, changes: Iterable[Change]) -> Followed:
        text, origins = self.now, self.origins
        for change in changes:
            after = text.changed(change)
            start = change.range.start
            keeps_start = bool(text.line(start.line)[: start.column].strip())
            growth = after.line_count - text.line_count
            origins = _changed_origins(origins, change, growth, keeps_start=keeps_start)
            text = after
        if len(origins) != text.line_count:
            # "\r" and "\n" joined or parted at the border of a change.
            return Followed.start(self.before, text)
        return Followed(self.before, text, origins)

    @property
    def is_same(self) -> bool:
        return self.before.content == self.now.content

    @cached_property
    def lines(self) -> Mapping[int, int]:
        """Lines of the run -> where they are now, also those that were edited."""
        return {origin: line for line, origin in enumerate(self.origins) if origin is not None}

    def same_line(self, line: int) -> int | None:
        """Where a line is now, if it says what it said."""
        there = self.lines.get(line)
        return there if there is not None and self.now.line(there) == self.before.line(line) else None

    def same_range(self, span: Range) -> Range | None:
        """Where a range is now; None when one of its lines was edited or they no longer stand together."""
        start, end = span
        first = self.same_line(start.line)
        if first is None:
            return None
        rest = range(1, end.line - start.line + 1)
        if any(self.same_line(start.line + below) != first + below for below in rest):
            return None
        return Range(Position(first, start.column), Position(first + end.line - start.line, end.column))

    def edited_line(self, span: Range) -> Range | None:
        """All of the line that a range began in, as it reads now; None when there is nothing left of it."""
        there = self.lines.get(span.start.line)
        if there is None:
            return None
        line = self.now.line(there)
        start = len(line) - len(line.lstrip())
        end = len(line.rstrip())
        return Range(Position(there, start), Position(there, end)) if start < end else None

    @cached_property
    def first_difference(self) -> int | None:
        """The first line of the text now from which on its code is other code; None when it is the same."""
        if self.is_same:
            return None
        before, now = _code_lines(self.before), _code_lines(self.now)
        last = -1
        for line, content in now:
            if next(before, (0, None))[1] != content:
                return line
            last = line
        return last + 1 if next(before, None) is not None else None


def _changed_origins(
    origins: tuple[int | None, ...], change: Change, growth: int, *, keeps_start: bool
) -> tuple[int | None, ...]:
    """`growth` counts the lines that the text has more after the change, `keeps_start` says whether something other
    than an indent stands before it in its line.
    """
    start, end = change.range
    first, last = origins[start.line], origins[end.line]
    count = end.line - start.line + 1 + growth
    if count < 1:
        return ()
    # What stands before the change keeps its line, and what stands behind it the other one.
    middle: list[int | None] = [None] * count
    if keeps_start:
        middle[0] = first
    if not keeps_start or (count > 1 and start.line != end.line):
        middle[-1] = last
    return (*origins[: start.line], *middle, *origins[end.line + 1 :])


def _code_lines(text: Text) -> Iterator[tuple[int, str]]:
    """The lines that say something to Python, as far as one sees without parsing."""
    for number in range(text.line_count):
        line = text.line(number).rstrip()
        content = line.lstrip()
        if content and not content.startswith("#"):
            yield number, line
