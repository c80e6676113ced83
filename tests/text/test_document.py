"""Texts: line ends, positions, changes."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.editing import FRAGMENTS, change_of, edits, sources

from torchready.finding import Edit, Position, Range
from torchready.text import Change, Text

TEXTS = st.lists(st.sampled_from((*FRAGMENTS, "a", "bc")), max_size=30).map("".join)


def python_lines(content: str) -> list[str]:
    """The lines as Python's io module cuts them, which knows the same three line ends."""
    content = content.replace("\r\n", "\n\0")
    lines: list[str] = [""]
    for character in content:
        lines[-1] += character
        if character in "\r\n":
            lines.append("")
        elif character == "\0" and len(lines[-1]) == 1 and len(lines) > 1 and lines[-2].endswith("\n"):
            lines[-2], lines[-1] = lines[-2][:-1] + "\r\n", ""
    return lines


@given(st.one_of(TEXTS.map(lambda text: text.replace("\0", "")), sources()))
def test_lines_end_where_python_ends_them(content: str) -> None:
    lines = python_lines(content)
    assert Text(content).line_starts == [0, *accumulate(map(len, lines[:-1]))]


@given(st.one_of(TEXTS, sources()), edits())
def test_a_changed_text_is_the_text_written_anew(content: str, changes: list[tuple[int, int, str]]) -> None:
    text = Text(content)
    for edit in changes:
        change, expected = change_of(text, edit)
        text = text.changed(change)
        assert text.content == expected
        assert text.line_starts == Text(expected).line_starts


@given(TEXTS)
def test_positions_and_offsets_name_the_same_places(content: str) -> None:
    text = Text(content)
    for offset in range(len(content) + 1):
        position = text.position(offset)
        inside_line_end = content[offset - 1 : offset + 1] == "\r\n" if offset else False
        assert text.offset(position) == (offset - 1 if inside_line_end else offset)
    assert text.position(len(content) + 5) == text.position(len(content))


@given(TEXTS)
def test_lines_put_together_are_the_text(content: str) -> None:
    text = Text(content)
    assert "".join(text.line_with_end(line) for line in range(text.line_count)) == content
    assert all(not set(text.line(line)) & {"\r", "\n"} for line in range(text.line_count))


def test_places_beyond_an_end_stand_for_that_end() -> None:
    text = Text("one\r\ntwo")
    assert text.offset(Position(0, 99)) == 3
    assert text.offset(Position(1, 99)) == 8
    assert text.offset(Position(99, 0)) == 8
    assert text.changed(Change(Range(Position(7, 0), Position(9, 9)), "!")).content == "one\r\ntwo!"


def test_edits_refer_to_the_text_before_all_of_them() -> None:
    text = Text("a b c")
    edits = [
        Edit(Range(Position(0, 4), Position(0, 5)), "C"),
        Edit(Range(Position(0, 0), Position(0, 1)), "AA"),
        Edit(Range(Position(0, 2), Position(0, 2)), "1"),
        Edit(Range(Position(0, 2), Position(0, 2)), "2"),
    ]
    assert text.edited(edits).content == "AA 12b C"


def test_edits_that_overlap_are_refused() -> None:
    edits = [Edit(Range(Position(0, 0), Position(0, 3)), ""), Edit(Range(Position(0, 2), Position(0, 4)), "")]
    with pytest.raises(ValueError, match="overlap at line 1"):
        Text("abcdef").edited(edits)


@pytest.mark.parametrize(
    ("content", "newline"), [("a", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("", "\n")]
)
def test_the_first_line_end_is_the_one_to_write(content: str, newline: str) -> None:
    assert Text(content).newline() == newline
