"""What is open in the editor, as immutable values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types

from torchready.finding import Edit, Position, Range
from torchready.lsp.conversion import Converter
from torchready.text import Change, Text
from torchready.text.encoding import Encoding


class ClientChange(NamedTuple):
    """What stands in a span now, in the client's units: line and character of its start and of its end.

    Without a span, the whole text.
    """

    span: tuple[int, int, int, int] | None
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One text document of the client in one version: a file, or a cell of a notebook."""

    uri: str
    version: int
    text: Text

    def changed(
        self, version: int, events: Sequence[types.TextDocumentContentChangeEvent], encoding: Encoding
    ) -> tuple[Document, list[Change]]:
        """The document after the client's changes, and these changes in code points."""
        return self.typed(version, [plain(event) for event in events], encoding)

    def typed(
        self, version: int, events: Sequence[ClientChange], encoding: Encoding
    ) -> tuple[Document, list[Change]]:
        """The same for changes without lsprotocol's objects."""
        text, changes = self.text, list[Change]()
        for event in events:
            change = _change(text, event, encoding)
            if change is None:
                continue
            changes.append(change)
            text = text.changed(change)
        return Document(self.uri, version, text), changes


@dataclass(frozen=True, slots=True)
class Part:
    """A document and the line at which it begins in the text that is analysed."""

    document: Document
    first_line: int = 0

    @property
    def end_line(self) -> int:
        """The line after its last one."""
        return self.first_line + self.document.text.line_count

    def converter(self, encoding: Encoding) -> Converter:
        return Converter(self.document.text, encoding, self.first_line)

    def holds(self, span: Range) -> bool:
        return self.first_line <= span.start.line and span.end.line < self.end_line


@dataclass(frozen=True, slots=True)
class Source:
    """The unit of analysis: a file, or all Python cells of a notebook as one text.

    Two sources are the same state of the same thing when they are the same object.
    """

    uri: str
    path: Path
    text: Text
    parts: tuple[Part, ...]
    is_notebook: bool = False

    @classmethod
    def of(cls, document: Document, path: Path) -> Source:
        return cls(document.uri, path, document.text, (Part(document),))

    def with_document(self, document: Document) -> Source:
        return Source(self.uri, self.path, document.text, (Part(document),), self.is_notebook)

    def part(self, uri: str) -> Part | None:
        return next((part for part in self.parts if part.document.uri == uri), None)

    def part_holding(self, span: Range) -> Part | None:
        """The part that holds the whole range; None for one that crosses from cell to cell."""
        return next((part for part in self.parts if part.holds(span)), None)


def plain(event: types.TextDocumentContentChangeEvent) -> ClientChange:
    if not isinstance(event, types.TextDocumentContentChangePartial):
        return ClientChange(None, event.text)
    start, end = event.range.start, event.range.end
    return ClientChange((start.line, start.character, end.line, end.character), event.text)


def _change(text: Text, event: ClientChange, encoding: Encoding) -> Change | None:
    if event.span is None:
        return difference(text, event.text)
    converter = Converter(text, encoding)
    start = converter.place(event.span[0], event.span[1])
    return Change(Range(start, max(start, converter.place(event.span[2], event.span[3]))), event.text)


def difference(text: Text, new: str) -> Change | None:
    """The one change that makes `new` of `text`, as short as a common start and end allow.

    Editors that send whole texts, and notebooks, would otherwise have everything analysed anew.
    """
    old = text.content
    if old == new:
        return None
    start = _common_prefix(old, new)
    longest = min(len(old), len(new)) - start
    end = _common_prefix(old[start:][::-1], new[start:][::-1])
    end = min(end, longest)
    span = _span(text, start, len(old) - end)
    if span is None:
        return Change(Range(Position(0, 0), text.position(len(old))), new)
    return Change(span, new[start : len(new) - end])


def edits_between(text: Text, new: str) -> tuple[Edit, ...]:
    """Edits that make `new` of `text`, one for each group of lines that differ."""
    # Imported here because only a fix of a whole file needs it.
    from difflib import SequenceMatcher

    before, after = _lines(text), _lines(Text(new))
    # difflib compares in quadratic time at worst; the untouched head and tail of a file need no comparing.
    head = _common_prefix(before, after)
    longest = min(len(before), len(after)) - head
    tail = min(_common_prefix(before[head:][::-1], after[head:][::-1]), longest)
    old_middle, new_middle = before[head : len(before) - tail], after[head : len(after) - tail]
    matcher = SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    return tuple(
        _trimmed(text, head + low, "".join(old_middle[low:high]), "".join(new_middle[new_low:new_high]))
        for kind, low, high, new_low, new_high in matcher.get_opcodes()
        if kind != "equal"
    )


def _lines(text: Text) -> list[str]:
    return [text.line_with_end(number) for number in range(text.line_count)]


def _trimmed(text: Text, line: int, old: str, new: str) -> Edit:
    offset = text.line_start(line)
    start = _common_prefix(old, new)
    end = min(_common_prefix(old[start:][::-1], new[start:][::-1]), min(len(old), len(new)) - start)
    span = _span(text, offset + start, offset + len(old) - end)
    if span is None:
        return Edit(Range(text.position(offset), text.position(offset + len(old))), new)
    return Edit(span, new[start : len(new) - end])


def _span(text: Text, start: int, end: int) -> Range | None:
    """The range between two offsets; None when one of them lies between "\\r" and "\\n"."""
    span = Range(text.position(start), text.position(end))
    return span if text.offset(span.start) == start and text.offset(span.end) == end else None


def _common_prefix(one: Sequence[object], other: Sequence[object]) -> int:
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    # Slices compare in C: halving the stretch is far quicker than a loop over its items.
    while low + 1 < high:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low if one[low] != other[low] else low + 1
