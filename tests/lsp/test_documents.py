"""Texts as the editor changes them, in its own units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from torchready.finding import Position, Range
from torchready.lsp.conversion import Converter
from torchready.lsp.documents import Document, difference, edits_between
from torchready.text import Text
from torchready.text.document import apply_edits
from torchready.text.encoding import Encoding

CHARACTERS = st.sampled_from(["a", "\n", "\r\n", "\r", "\f", "é", "\u2028", "\U0001f525"])
TEXTS = st.lists(CHARACTERS, max_size=30).map("".join)
ENCODINGS = st.sampled_from(Encoding)


def units(text: str, encoding: Encoding) -> int:
    size = {Encoding.UTF_8: 1, Encoding.UTF_16: 2, Encoding.UTF_32: 4}[encoding]
    name = encoding.value if encoding is Encoding.UTF_8 else f"{encoding.value}-le"
    return len(text.encode(name)) // size


@given(TEXTS, st.integers(0, 40), ENCODINGS, st.integers(0, 5))
def test_positions_there_and_back(content: str, offset: int, encoding: Encoding, first_line: int) -> None:
    text = Text(content)
    line, column = text.position(offset)
    ours = Position(line + first_line, min(column, len(text.line(line))))
    converter = Converter(text, encoding, first_line)
    theirs = converter.to_client(ours)
    assert (theirs.line, theirs.character) == (line, units(text.line(line)[: ours.column], encoding))
    assert converter.from_client(theirs) == ours


@pytest.mark.parametrize(
    ("line", "character", "expected"),
    [(0, 99, (0, 2)), (1, 99, (1, 1)), (9, 0, (1, 1)), (0, 1, (0, 0)), (0, 2, (0, 1))],
)
def test_positions_that_do_not_exist(line: int, character: int, expected: tuple[int, int]) -> None:
    converter = Converter(Text("\U0001f525b\nc"), Encoding.UTF_16)
    assert converter.from_client(types.Position(line, character)) == expected


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10), TEXTS), max_size=4), ENCODINGS)
def test_incremental_changes(content: str, edits: list[tuple[int, int, str]], encoding: Encoding) -> None:
    expected = Text(content)
    events: list[types.TextDocumentContentChangeEvent] = []
    for offset, length, inserted in edits:
        start, end = expected.position(offset), expected.position(offset + length)
        span = Converter(expected, encoding).range_to_client(Range(start, end))
        events.append(types.TextDocumentContentChangePartial(span, inserted))
        low, high = expected.offset(start), expected.offset(end)
        expected = Text(expected.content[:low] + inserted + expected.content[high:])
    document, changes = Document("file:///net.py", 1, Text(content)).changed(2, events, encoding)
    assert document.text.content == expected.content
    assert document.text.line_starts == expected.line_starts
    replayed = Text(content)
    for change in changes:
        replayed = replayed.changed(change)
    assert replayed.content == expected.content


@given(TEXTS, TEXTS)
def test_the_difference_makes_one_of_the_other(old: str, new: str) -> None:
    change = difference(Text(old), new)
    assert (Text(old) if change is None else Text(old).changed(change)).content == new


@given(TEXTS, TEXTS)
def test_edits_make_one_of_the_other(old: str, new: str) -> None:
    assert apply_edits(Text(old), edits_between(Text(old), new)) == new


def test_edits_leave_alone_what_is_equal() -> None:
    old = "import a\n\n\nx = F.relu(y)\n" + "same\n" * 50 + "z = F.relu(y)\n"
    new = old.replace("F.relu", "self.relu")
    assert [(edit.range.start, edit.content) for edit in edits_between(Text(old), new)] == [
        ((3, 4), "self"),
        ((54, 4), "self"),
    ]
