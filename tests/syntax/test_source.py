"""Pieces: an edit gives what reading the new text from scratch gives, and leaves the rest alone."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.editing import FRAGMENTS, MODELS, STANDARD_LIBRARY, change_of, edits, sources

from torchready.finding import Position, Range
from torchready.syntax import Piece, Syntax, WordsAmong
from torchready.text import Change, Text

FRAGMENT_TEXTS = st.lists(st.sampled_from((*FRAGMENTS, "\n", "\n")), max_size=25).map("".join)


def described(syntax: Syntax) -> tuple[object, ...]:
    """All parts of a syntax, comparable."""
    pieces = [(piece.text, piece.indent, piece.opens_class, piece.comments) for piece in syntax.pieces]
    return syntax.text.content, syntax.text.line_starts, pieces, syntax.first_lines, syntax.unterminated


@given(st.one_of(FRAGMENT_TEXTS, sources()), edits(8))
def test_an_edited_syntax_is_the_syntax_of_the_new_text(
    content: str, changes: list[tuple[int, int, str]]
) -> None:
    syntax = Syntax.of(Text(content))
    for edit in changes:
        change, expected = change_of(syntax.text, edit)
        before = syntax
        syntax, replaced = syntax.changed(change)
        assert described(syntax) == described(Syntax.of(Text(expected)))
        assert len(set(syntax.pieces)) == len(syntax.pieces)
        assert before.pieces[: replaced.old_start] == syntax.pieces[: replaced.new_start]
        assert before.pieces[replaced.old_end :] == syntax.pieces[replaced.new_end :]


@given(st.one_of(FRAGMENT_TEXTS, sources()), edits(3))
def test_an_edit_and_its_undo_give_the_first_syntax(
    content: str, changes: list[tuple[int, int, str]]
) -> None:
    first = Syntax.of(Text(content))
    syntax = first
    undo: list[Change] = []
    for edit in changes:
        change, _ = change_of(syntax.text, edit)
        after, _ = syntax.changed(change)
        end = after.text.position(syntax.text.offset(change.range.start) + len(change.content))
        undo.append(Change(Range(change.range.start, end), syntax.text.slice(change.range)))
        # Half a line end can only be undone together with its other half.
        assume(after.text.offset(end) == syntax.text.offset(change.range.start) + len(change.content))
        assume(after.text.offset(change.range.start) == syntax.text.offset(change.range.start))
        syntax = after
    for change in reversed(undo):
        syntax, _ = syntax.changed(change)
    assert described(syntax) == described(first)


@given(st.one_of(FRAGMENT_TEXTS, sources()))
def test_pieces_hold_every_character(content: str) -> None:
    syntax = Syntax.of(Text(content))
    assert "".join(piece.text for piece in syntax.pieces) == content
    assert syntax.first_lines[0] == 0
    for index, piece in enumerate(syntax.pieces):
        assert piece.text == syntax.text.lines(syntax.first_lines[index], syntax.end_line(index))
        assert syntax.index_at(syntax.first_lines[index]) == index


@given(st.one_of(FRAGMENT_TEXTS, sources()), edits(3))
def test_pieces_mean_what_the_file_means(content: str, changes: list[tuple[int, int, str]]) -> None:
    text = Text(content)
    for edit in changes:
        whole = parsed(text.content)
        if whole is not None:
            assert_same_trees(Syntax.of(text), whole)
        text = text.changed(change_of(text, edit)[0])
    whole = parsed(text.content)
    if whole is not None:
        assert_same_trees(Syntax.of(text), whole)


@given(st.one_of(FRAGMENT_TEXTS, sources()), edits(8))
def test_a_tree_made_from_the_one_before_is_the_one_that_a_parse_gives(
    content: str, changes: list[tuple[int, int, str]]
) -> None:
    syntax = Syntax.of(Text(content))
    for edit in changes:
        read_all(syntax)
        syntax = syntax.changed(change_of(syntax.text, edit)[0])[0]
        assert_as_parsed(syntax)


TYPED = ("q", "(", ")", '"', "'", '"""', ":", ",", " ", "#", "\\", "\n", ";", "if q:", "\t", "é", "q = 1; q")


@given(st.sampled_from(STANDARD_LIBRARY + MODELS), st.data())
def test_a_tree_stays_the_one_that_a_parse_gives_while_somebody_types_in_a_function(
    content: str, data: st.DataObject
) -> None:
    syntax = Syntax.of(Text(content))
    functions = [piece for piece in syntax.pieces if "def " in piece.text]
    piece = data.draw(st.sampled_from(functions))
    line = syntax.first_lines[syntax.pieces.index(piece)]
    place = syntax.text.line_start(line) + data.draw(st.integers(0, len(piece.text)))
    for letters in data.draw(st.lists(st.sampled_from(TYPED), min_size=1, max_size=5)):
        read_all(syntax)
        edit = (place, data.draw(st.integers(0, 2)), letters)
        syntax = syntax.changed(change_of(syntax.text, edit)[0])[0]
        assert_as_parsed(syntax)
        place += len(letters)


@given(st.sampled_from(STANDARD_LIBRARY + MODELS), st.data())
def test_which_words_stand_in_a_piece_is_known_while_somebody_types(
    content: str, data: st.DataObject
) -> None:
    syntax = Syntax.of(Text(content))
    words = sorted(set().union(*(piece.identifiers() for piece in syntax.pieces)))
    wanted = data.draw(st.frozensets(st.sampled_from(words), max_size=6))
    among = WordsAmong(wanted)
    place = data.draw(st.integers(0, len(content)))
    for letters in data.draw(st.lists(st.sampled_from((*TYPED, *sorted(wanted))), min_size=1, max_size=8)):
        edit = (place, data.draw(st.integers(0, 3)), letters)
        syntax = syntax.changed(change_of(syntax.text, edit)[0])[0]
        for piece in syntax.pieces:
            assert among.of(piece) == wanted & Piece(piece.text).identifiers()
        place += len(letters)


def read_all(syntax: Syntax) -> None:
    for piece in syntax.pieces:
        piece.statements()


def assert_as_parsed(syntax: Syntax) -> None:
    for piece in syntax.pieces:
        fresh = Piece(piece.text, piece.indent, piece.opens_class)
        assert dumped(piece) == dumped(fresh)
        assert piece.broken == fresh.broken


def dumped(piece: Piece) -> list[str]:
    return [ast.dump(statement, include_attributes=True) for statement in piece.statements()]


@pytest.mark.parametrize("content", STANDARD_LIBRARY + MODELS)
def test_a_name_typed_in_one_piece_leaves_all_others_alone(content: str) -> None:
    syntax = Syntax.of(Text(content))
    for position in names_in(content):
        after, replaced = syntax.changed(Change(Range(position, position), "x"))
        index = syntax.index_at(position.line)
        assert (replaced.old_start, replaced.old_end) == (index, index + 1)
        assert (replaced.new_start, replaced.new_end) == (index, index + 1)
        assert [one is other for one, other in zip(syntax.pieces, after.pieces, strict=True)].count(
            False
        ) == 1


def names_in(content: str) -> Iterator[Position]:
    """The end of each tenth name that is no keyword; no new keyword comes from an x behind one."""
    names = [
        Position(token.end[0] - 1, token.end[1])
        for token in tokenize.generate_tokens(io.StringIO(content).readline)
        if token.type == tokenize.NAME and token.string not in ("class", "else", "elif", "except", "finally")
    ]
    yield from names[::10]


def test_equal_members_stay_two_pieces_when_one_of_them_is_typed_anew() -> None:
    member = "    def same(self):\n        return 1\n"
    syntax = Syntax.of(Text(f"class A:\n{member}{member}    last = 1\n"))
    after, _ = syntax.changed(Change(Range(Position(3, 8), Position(3, 12)), "same"))
    assert len(set(after.pieces)) == len(after.pieces) == 4


@pytest.mark.parametrize(
    "content",
    [
        "class A:\n    def f(self):\n\\\n        return 1\n    x = 1\n",
        "if x:\n    pass\n\\\nelse:\n    pass\n",
        "class A:\n\\\n\\\n    x = 1\n    \\\n  y = 2\nz = 3\n",
        "x = 1\n\\",
    ],
)
def test_backslashes_before_a_statement_belong_to_it(content: str) -> None:
    whole = parsed(content)
    syntax = Syntax.of(Text(content))
    if whole is None:
        assert any(piece.broken for piece in syntax.pieces)
    else:
        assert_same_trees(syntax, whole)


def parsed(content: str) -> ast.Module | None:
    try:
        return ast.parse(content.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def assert_same_trees(syntax: Syntax, whole: ast.Module) -> None:
    found: list[tuple[object, ...]] = []
    for piece, first_line in zip(syntax.pieces, syntax.first_lines, strict=True):
        assert piece.broken is None, (piece.text, piece.broken)
        for node in piece.statements():
            found += described_tree(node, piece, first_line)
    expected = [item for node in joined(syntax, whole) for item in node]
    assert found == expected


def joined(syntax: Syntax, whole: ast.Module) -> Iterator[list[tuple[object, ...]]]:
    """The statements of a file, described; classes whose bodies are pieces come as header and members."""
    lines = Piece(syntax.text.content)
    opened = {
        piece.statements()[0].lineno + first_line
        for piece, first_line in zip(syntax.pieces, syntax.first_lines, strict=True)
        if piece.opens_class
    }
    for node in whole.body:
        if isinstance(node, ast.ClassDef) and node.lineno in opened:
            body, node.body = node.body, []
            yield described_tree(node, lines, 0)
            for member in body:
                yield described_tree(member, lines, 0)
        else:
            yield described_tree(node, lines, 0)


def described_tree(statement: ast.stmt, piece: Piece, first_line: int) -> list[tuple[object, ...]]:
    """Class, own values and place of each node, in order."""
    if isinstance(statement, ast.ClassDef) and piece.opens_class:
        statement.body = []
    return [description(node, piece, first_line, is_open=node is statement) for node in ast.walk(statement)]


def description(node: ast.AST, piece: Piece, first_line: int, *, is_open: bool) -> tuple[object, ...]:
    values = tuple(
        value for _, value in ast.iter_fields(node) if isinstance(value, str | int | float | complex | bytes)
    )
    if not isinstance(node, ast.expr | ast.stmt | ast.arg | ast.keyword):
        return type(node).__name__, repr(values), None
    start, end = piece.range_of(node)
    place: tuple[object, ...] = (start.line + first_line, start.column)
    if not (is_open and isinstance(node, ast.ClassDef)):
        place = (*place, end.line + first_line, end.column)
    return type(node).__name__, repr(values), place


@pytest.mark.parametrize(
    ("content", "place", "typed"),
    [
        ("class A:\n    def f(self):\n        x\n    def g(self):\n        y\n", (2, 8), "@"),
        ("class A:\n    x = 1\n    \\\n        lse\n    y = 2\n", (3, 8), "e"),
        ("def f():\n    x = (\n        eturn\n    y = 1\nz = 2\n", (2, 8), "r"),
        ("def f():\n    x\n    y = 1\nz = 2\n", (1, 5), "("),
        ("class A:\n    def f(self):\n        x  # noqa\n    y = 2\n", (2, 8), "q"),
        ("def f():\r    x = 1\r    \n    y = 1\r", (2, 4), "q"),
    ],
)
def test_a_letter_inside_of_a_function_may_move_pieces(
    content: str, place: tuple[int, int], typed: str
) -> None:
    syntax, position = Syntax.of(Text(content)), Position(*place)
    after, _ = syntax.changed(Change(Range(position, position), typed))
    offset = syntax.text.offset(position)
    assert described(after) == described(Syntax.of(Text(content[:offset] + typed + content[offset:])))


def test_what_does_not_parse_is_known_after_every_letter() -> None:
    content = "class A:\n    def f(self):\n        x = 1\n\n    def g(self):\n        y =\n"
    syntax = Syntax.of(Text(content))
    assert syntax.broken() == [2]
    for change, broken in (
        (Change(Range(Position(2, 8), Position(2, 8)), "a b"), [1, 2]),
        (Change(Range(Position(5, 8), Position(5, 11)), "y"), [1]),
        (Change(Range(Position(2, 8), Position(2, 11)), ""), []),
    ):
        syntax, _ = syntax.changed(change)
        assert syntax.broken() == broken
