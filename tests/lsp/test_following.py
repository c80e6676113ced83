"""What a run found stays at its line while the text is edited."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from torchready.finding import Position, Range
from torchready.lsp.following import Followed
from torchready.text import Change, Text

PIECES = st.sampled_from(["a", "b = 1", "\n", "\r\n", "\r", " ", "# c", "\U0001f525", ""])
TEXTS = st.lists(PIECES, max_size=25).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 30), TEXTS), max_size=4)

TEXT = "import torch\n\nx = 1\ny = 2\nz = 3\n"


def change(start: tuple[int, int], end: tuple[int, int], content: str) -> Change:
    return Change(Range(Position(*start), Position(*end)), content)


def line(number: int) -> Range:
    return Range(Position(number, 0), Position(number, 1))


def after(*changes: Change) -> Followed:
    return Followed.start(Text(TEXT)).changed(changes)


@given(TEXTS, EDITS)
def test_a_line_that_counts_as_the_same_says_the_same(
    content: str, edits: list[tuple[int, int, str]]
) -> None:
    text = before = Text(content)
    followed = Followed.start(before)
    for start, length, inserted in edits:
        step = Change(Range(text.position(start), text.position(start + length)), inserted)
        text = text.changed(step)
        followed = followed.changed([step])
    assert followed.now.content == text.content
    assert len(followed.origins) == text.line_count
    for number in range(before.line_count):
        there = followed.same_line(number)
        assert there is None or text.line(there) == before.line(number)


@given(TEXTS, TEXTS)
def test_an_edit_that_is_taken_back_leaves_no_trace(content: str, inserted: str) -> None:
    before = Text(content)
    there = before.changed(Change(Range(Position(0, 0), Position(0, 0)), inserted))
    back = Followed.start(before, there).changed([Change(whole(there), content)])
    assert back.is_same
    assert back.first_difference is None


def whole(text: Text) -> Range:
    return Range(Position(0, 0), text.position(len(text.content)))


def test_lines_inserted_and_deleted_above_move_what_is_below() -> None:
    assert after(change((1, 0), (1, 0), "a\nb\n")).same_range(line(3)) == line(5)
    assert after(change((0, 12), (0, 12), "\na")).same_range(line(3)) == line(4)
    assert after(change((1, 0), (2, 0), "")).same_range(line(3)) == line(2)
    assert after(change((0, 12), (1, 0), "")).same_range(line(3)) == line(2)


def test_a_line_keeps_its_origin_when_one_is_typed_before_its_indented_text() -> None:
    before = Text("if x:\n    y = 1\n")
    typed = Followed.start(before).changed([change((1, 4), (1, 4), "z = 2\n    ")])
    assert typed.same_line(1) == 2
    broken = Followed.start(before).changed([change((1, 7), (1, 7), "\\\n    ")])
    assert broken.same_line(1) is None
    assert broken.lines[1] == 1


def test_a_line_that_was_edited_is_found_but_not_the_same() -> None:
    edited = after(change((3, 4), (3, 5), "20"))
    assert edited.same_range(line(3)) is None
    assert edited.edited_line(line(3)) == Range(Position(3, 0), Position(3, 6))
    assert edited.same_range(line(4)) == line(4)


def test_a_line_that_is_gone_is_nowhere() -> None:
    for gone in (change((3, 0), (4, 0), ""), change((2, 5), (3, 5), "")):
        assert after(gone).same_range(line(3)) is None
        assert after(gone).edited_line(line(3)) is None
        assert after(gone).same_range(line(4)) == line(3)


def test_a_range_over_several_lines_needs_them_all() -> None:
    span = Range(Position(2, 0), Position(4, 1))
    assert after(change((0, 0), (0, 0), "\n")).same_range(span) == Range(Position(3, 0), Position(5, 1))
    assert after(change((3, 0), (3, 0), "\n")).same_range(span) is None


def test_comments_and_empty_lines_are_no_other_code() -> None:
    assert after(change((1, 0), (1, 0), "# a comment\n\n")).first_difference is None
    assert after(change((3, 0), (3, 0), "new = 1\n")).first_difference == 3
    assert after(change((3, 0), (4, 0), "")).first_difference == 3
    assert after(change((4, 0), (5, 0), "")).first_difference == 4
