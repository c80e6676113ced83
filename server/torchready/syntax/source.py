"""A text cut into pieces, and the same after an edit with all untouched pieces kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchready.syntax.piece import Comment, Piece, Trees
from torchready.syntax.scanner import Scan, Start, is_same_to_scanner
from torchready.text import Change, Text


@dataclass(frozen=True, slots=True)
class Replaced:
    """Pieces `old_start:old_end` of the syntax before an edit became `new_start:new_end` of the one after it."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


class Syntax:
    """The pieces of a text in order; `first_lines[i]` is the line where `pieces[i]` starts.

    Together the pieces hold every character of the text.
    """

    __slots__ = (
        "_broken",
        "_commented",
        "_text",
        "_trees",
        "_unchecked",
        "first_lines",
        "length",
        "pieces",
        "unterminated",
    )

    def __init__(
        self,
        text: Text,
        pieces: list[Piece],
        first_lines: list[int],
        unterminated: bool,
        trees: Trees | None = None,
    ) -> None:
        self._text: Text | None = text
        # In characters.
        self.length = len(text.content)
        self.pieces = pieces
        self.first_lines = first_lines
        self.unterminated = unterminated
        self._trees = trees
        # Indices of pieces that do not parse and of such with comments, once somebody asked; the first one may have
        # changed for one piece.
        self._broken: list[int] | None = None
        self._unchecked: int | None = None
        self._commented: list[int] | None = None

    @classmethod
    def of(cls, text: Text, trees: Trees | None = None) -> Syntax:
        """The syntax of a text; `trees` takes note of each tree that somebody asks for."""
        scan = Scan(text)
        built = list(_pieces(scan, Start(0, ""), trees))
        return cls(text, [piece for _, piece in built], [line for line, _ in built], scan.unterminated, trees)

    @property
    def text(self) -> Text:
        if self._text is None:
            return Text("".join(piece.text for piece in self.pieces))
        return self._text

    def forget_text(self) -> None:
        """Nobody edits it or shows places in it, and the pieces hold every character."""
        self._text = None

    def changed(self, change: Change, text: Text | None = None) -> tuple[Syntax, Replaced]:
        """The syntax after a change. Equal in all its parts to `Syntax.of` of the new text.

        `text` is the text after it, where the caller has it.
        """
        if text is None:
            text = self.text.changed(change)
        if self.unterminated:
            return self._rescanned(text)
        within = self._changed_within_line(change, text)
        if within is not None:
            return within
        first_line, last_line = change.range.start.line, change.range.end.line
        delta = text.line_count - self.text.line_count
        start = max(self.index_at(first_line) - 1, 0)
        resume = self.index_at(last_line) + 1
        scan = Scan(text, self.first_lines[start], self.pieces[start].indent or None)
        built: list[tuple[int, Piece]] = []
        meets = _Meeting(self, resume, delta)
        first = Start(self.first_lines[start], self.pieces[start].indent)
        for line, piece in _pieces(scan, first, self._trees, meets):
            built.append((line, piece))
        if scan.unterminated:
            return self._rescanned(text)
        stop = meets.index
        middle = self._kept_where_equal(self.pieces[start:stop], [piece for _, piece in built])
        tail = self.first_lines[stop:]
        after = Syntax(
            text,
            [*self.pieces[:start], *middle, *self.pieces[stop:]],
            [
                *self.first_lines[:start],
                *(line for line, _ in built),
                *([line + delta for line in tail] if delta else tail),
            ],
            False,
            self._trees,
        )
        return after, _trimmed(self, after, Replaced(start, stop, start, start + len(middle)))

    def _changed_within_line(self, change: Change, text: Text) -> tuple[Syntax, Replaced] | None:
        """The syntax after a change in a line that neither begins a piece nor means more to the scanner than before.

        Most keystrokes are such changes, and scanning a long function takes longer than all else that is done for them.
        """
        line = change.range.start.line
        index = self.index_at(line)
        piece = self.pieces[index]
        first_line = self.first_lines[index]
        if change.range.end.line != line or line == first_line or piece.opens_class:
            return None
        if text.line_count != self.text.line_count or any(
            first_line + one.line == line for one in piece.comments
        ):
            return None
        if self.text.line(line - 1).endswith("\\"):
            return None
        old, new = self.text.line_with_end(line), text.line_with_end(line)
        if not is_same_to_scanner(old, new, piece.indent):
            return None
        fresh = Piece(
            text.lines(first_line, self.end_line(index)), piece.indent, False, piece.comments, self._trees
        )
        fresh.differs_in_line(piece, old, new)
        pieces = [*self.pieces]
        pieces[index : index + 1] = self._kept_where_equal([piece], [fresh])
        after = Syntax(text, pieces, self.first_lines, False, self._trees)
        after._commented = self._commented
        if self._unchecked is None or self._unchecked == index:
            after._broken, after._unchecked = self._broken, index
        return after, _trimmed(self, after, Replaced(index, index + 1, index, index + 1))

    def _rescanned(self, text: Text) -> tuple[Syntax, Replaced]:
        fresh = Syntax.of(text, self._trees)
        pieces = self._kept_where_equal(self.pieces, fresh.pieces)
        after = Syntax(text, pieces, fresh.first_lines, fresh.unterminated, self._trees)
        return after, _trimmed(self, after, Replaced(0, len(self.pieces), 0, len(pieces)))

    def _kept_where_equal(self, old: Sequence[Piece], new: Sequence[Piece]) -> list[Piece]:
        kept = _kept_where_equal(old, new)
        if self._trees is not None:
            for gone in set(old).difference(kept):
                self._trees.discard(gone)
        return kept

    def index_at(self, line: int) -> int:
        """The index of the piece that holds a line."""
        return max(bisect_right(self.first_lines, line) - 1, 0)

    def end_line(self, index: int) -> int:
        """The line after the last line of a piece."""
        return self.first_lines[index + 1] if index + 1 < len(self.first_lines) else self.text.line_count

    def comments(self) -> Iterator[tuple[int, Comment]]:
        """(line in the text, comment) of all comments that speak to linters."""
        if self._commented is None:
            self._commented = [index for index, piece in enumerate(self.pieces) if piece.comments]
        for index in self._commented:
            for comment in self.pieces[index].comments:
                yield self.first_lines[index] + comment.line, comment

    def broken(self) -> list[int]:
        """The indices of the pieces that do not parse."""
        if self._broken is None:
            self._broken = [index for index, piece in enumerate(self.pieces) if piece.broken is not None]
        elif self._unchecked is not None:
            others = [index for index in self._broken if index != self._unchecked]
            is_broken = self.pieces[self._unchecked].broken is not None
            self._broken = sorted([*others, self._unchecked]) if is_broken else others
        self._unchecked = None
        return self._broken


@dataclass(slots=True)
class _Meeting:
    """Watches for the first old piece, from `index` on, that the scan meets again."""

    syntax: Syntax
    index: int
    delta: int

    def is_met(self, start: Start) -> bool:
        first_lines = self.syntax.first_lines
        while self.index < len(first_lines) and first_lines[self.index] + self.delta < start.line:
            self.index += 1
        return (
            self.index < len(first_lines)
            and first_lines[self.index] + self.delta == start.line
            and self.syntax.pieces[self.index].indent == start.indent
        )

    def at_end(self) -> None:
        self.index = len(self.syntax.first_lines)


def _pieces(
    scan: Scan, first: Start, trees: Trees | None, meets: _Meeting | None = None
) -> Iterator[tuple[int, Piece]]:
    """The pieces from `first` on, up to the end of the text or to an old piece that is met again."""
    current = first
    for start in scan.starts():
        yield current.line, _piece(scan, current, start.line, trees)
        current = start
        if meets is not None and meets.is_met(start):
            return
    if meets is not None:
        meets.at_end()
    scan.opens_class = False
    yield current.line, _piece(scan, current, scan.text.line_count, trees)


def _piece(scan: Scan, start: Start, end_line: int, trees: Trees | None) -> Piece:
    comments = tuple(
        Comment(comment.line - start.line, comment.column, comment.text) for comment in scan.comments
    )
    scan.comments.clear()
    text = scan.text.lines(start.line, end_line)
    return Piece(text, start.indent, scan.opens_class, comments, trees)


def _kept_where_equal(old: Sequence[Piece], new: Sequence[Piece]) -> list[Piece]:
    """The new pieces, or an old one in place of each that equals it; no piece stands at two places."""
    known: dict[tuple[str, str, bool], list[Piece]] = {}
    for piece in reversed(old):
        known.setdefault((piece.text, piece.indent, piece.opens_class), []).append(piece)
    kept: list[Piece] = []
    for piece in new:
        equal = known.get((piece.text, piece.indent, piece.opens_class))
        kept.append(equal.pop() if equal else piece)
    if len(old) == len(kept):
        for before, after in zip(old, kept, strict=True):
            if before is not after:
                after.follows(before)
    return kept


def _trimmed(before: Syntax, after: Syntax, replaced: Replaced) -> Replaced:
    """The same replacement without the pieces at its ends that stayed the same objects."""
    old: Sequence[Piece] = before.pieces
    new: Sequence[Piece] = after.pieces
    old_start, old_end, new_start, new_end = (
        replaced.old_start,
        replaced.old_end,
        replaced.new_start,
        replaced.new_end,
    )
    while old_start < old_end and new_start < new_end and old[old_start] is new[new_start]:
        old_start, new_start = old_start + 1, new_start + 1
    while old_end > old_start and new_end > new_start and old[old_end - 1] is new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    return Replaced(old_start, old_end, new_start, new_end)
