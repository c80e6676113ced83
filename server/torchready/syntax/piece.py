"""A part of a file that is parsed by itself: a top-level statement, a class header or a class member.

A piece does not know where it stands, so it stays the same object while text above it moves.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torchready.finding import Position, Range
from torchready.syntax.grafting import grafted, parsed

IDENTIFIER = re.compile(r"[^\W\d]\w*")
# Strings and comments, one after the other: what looks like one inside of another is none. A string in one line, which
# may name an attribute, is a group. Beginning with a set of characters makes the search fast.
LITERAL = re.compile(
    r"""["'#](?:(?<=#)[^\r\n]*"""
    r"""|(?<=")""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"{3}|(?<=')''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'{3}"""
    r"""|((?<=")[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"|(?<=')[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'))""",
    re.DOTALL,
)
NO_PART_OF_NAMES = str.maketrans(
    {character: " " for character in map(chr, range(128)) if not (character.isalnum() or character == "_")}
)
BLANK = r"(?:[ \t\f]|\\\r?\n)"
DEFINITION = re.compile(rf"^[ \t\f]*(?:async{BLANK}+)?def{BLANK}+(\w+)", re.MULTILINE)
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that speaks to linters. The line counts from the first line of its piece."""

    line: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class BrokenPiece:
    """Why a piece does not parse. The position counts from the first line of the piece."""

    message: str
    position: Position


class Trees:
    """The pieces whose trees are held at the moment, of all texts of one engine."""

    def __init__(self) -> None:
        self._pieces: set[Piece] = set()

    def add(self, piece: Piece) -> None:
        self._pieces.add(piece)

    def discard(self, piece: Piece) -> None:
        """This piece is no part of its text any more: its tree goes with it."""
        self._pieces.discard(piece)

    def release(self) -> None:
        """Give all of them back: nobody works on a file just now. Trees are most of what an open file costs."""
        for piece in self._pieces:
            piece.release()
        self._pieces.clear()


class Piece:
    """Text of whole lines. `indent` is the blank before a class member, empty at the top level.

    `opens_class` marks a class header whose body follows as pieces of their own.
    """

    __slots__ = (
        "_before",
        "_broken",
        "_identifiers",
        "_line_words",
        "_lines",
        "_parses",
        "_statements",
        "_stub",
        "_trees",
        "comments",
        "indent",
        "opens_class",
        "text",
    )

    def __init__(
        self,
        text: str,
        indent: str = "",
        opens_class: bool = False,
        comments: tuple[Comment, ...] = (),
        trees: Trees | None = None,
    ) -> None:
        self.text = text
        self.indent = indent
        self.opens_class = opens_class
        self.comments = comments
        self._statements: Sequence[ast.stmt] | None = None
        self._before: Piece | None = None
        self._trees = trees
        self._broken: BrokenPiece | None = None
        self._parses = False
        self._stub: Sequence[ast.stmt] | None = None
        self._identifiers: frozenset[str] | None = None
        self._line_words: tuple[Piece, frozenset[str]] | None = None
        self._lines: list[str] | None = None

    @property
    def is_member(self) -> bool:
        return bool(self.indent)

    @property
    def broken(self) -> BrokenPiece | None:
        """What keeps this piece from parsing, None when it does parse."""
        if not self._parses:
            self.statements()
        return self._broken

    def follows(self, before: Piece) -> None:
        """This piece is what an edit made of another one, whose tree then need not be made anew as a whole."""
        self._before = before if before._statements else before._before

    def differs_in_line(self, before: Piece, old: str, new: str) -> None:
        """This piece is another one but for a line, which means the same to the scanner in both."""
        self._line_words = (before, frozenset(IDENTIFIER.findall(old)).union(IDENTIFIER.findall(new)))
        # Otherwise all that was ever typed would hang on to the last of it.
        before._line_words = None

    def equal_but_for_other_words(self, words: frozenset[str]) -> Piece | None:
        """The piece before the last edit, if the same of these words are identifiers in it for certain."""
        if self._line_words is None or not words.isdisjoint(self._line_words[1]):
            return None
        return self._line_words[0]

    def release(self) -> None:
        """Give the tree back; it is parsed again when somebody asks."""
        self._before = None
        if self._broken is None and self._statements is not None:
            self._statements = None
            self._parses = True

    def statements(self) -> Sequence[ast.stmt]:
        """The statements of this piece; a class header comes as a class with the body `pass`.

        Positions in the nodes are those of `ast`: use `range_of` to read them. Empty when broken.
        """
        if self._statements is None:
            self._statements = self._parse()
        return self._statements

    def definition(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function that this piece is, if it is nothing else.

        For one that does not parse now, a function of the same name and decorators with nothing in it: what its
        class has is known all the same.
        """
        statements = self.statements()
        if self._broken is not None:
            if self._stub is None:
                self._stub = self._stubs()
            statements = self._stub
        if len(statements) == 1 and isinstance(statements[0], ast.FunctionDef | ast.AsyncFunctionDef):
            return statements[0]
        return None

    def _stubs(self) -> Sequence[ast.stmt]:
        header = DEFINITION.search(self.text)
        if header is None:
            return ()
        decorators = "".join(
            f"{line.strip()}\n" for line in self.text[: header.start()].splitlines() if "@" in line
        )
        try:
            return ast.parse(f"{decorators}def {header.group(1)}(self, *args, **kwargs): pass\n").body
        except SyntaxError:
            return ()

    def identifiers(self) -> frozenset[str]:
        """All words that could be names, those in strings included, but not what explains the code."""
        if self._identifiers is None:
            # The code between the literals, and the strings in one line.
            words = _words(" ".join(filter(None, LITERAL.split(self.text))))
            # The same words stand in piece after piece: each is kept once.
            self._identifiers = frozenset(map(sys.intern, words))
        return self._identifiers

    def defined_words(self) -> Iterator[str]:
        """The names of all functions in it, and the words that stand behind `def` at the start of a line of a text."""
        return (found.group(1) for found in DEFINITION.finditer(self.text))

    def has_identifier(self, word: str) -> bool:
        return word in self.text and word in self.identifiers()

    def range_of(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword) -> Range:
        """Where a node stands, counted from the first line of this piece, in code points."""
        start = self._position(node.lineno, node.col_offset)
        if node.end_lineno is None or node.end_col_offset is None:
            return Range(start, start)
        return Range(start, self._position(node.end_lineno, node.end_col_offset))

    def _position(self, line_number: int, byte_offset: int) -> Position:
        line = line_number - (2 if self.indent else 1)
        return Position(line, self._column(line, byte_offset))

    def _column(self, line: int, byte_offset: int) -> int:
        if self.text.isascii():
            return byte_offset
        if self._lines is None:
            self._lines = re.split(r"\r\n|\n|\r", self.text)
        content = self._lines[line]
        marks = 1 if line == 0 and content.startswith(BYTE_ORDER_MARK) else 0
        return marks + len(
            content[marks:].encode("utf-8", "surrogatepass")[:byte_offset].decode("utf-8", "replace")
        )

    def _parse(self) -> Sequence[ast.stmt]:
        if self._trees is not None:
            self._trees.add(self)
        found = self._grafted()
        if found is None:
            found = self._parsed()
        if self._broken is None:
            self._before = None
        return found

    def _grafted(self) -> Sequence[ast.stmt] | None:
        before = self._before
        if before is None or not before._statements or before.indent != self.indent:
            return None
        return grafted(before.text, before._statements, self.text, 1 if self.indent else 0)

    def _parsed(self) -> Sequence[ast.stmt]:
        try:
            body = parsed(self._parsable_text())
        except SyntaxError as error:
            return self._mark_broken(error.msg, error.lineno, error.offset)
        except (ValueError, RecursionError, MemoryError) as error:
            return self._mark_broken(str(error) or "too deeply nested", None, None)
        if not self.indent:
            return body
        if len(body) != 1 or not isinstance(body[0], ast.ClassDef):
            return self._mark_broken("unindent does not match the class body", None, None)
        return body[0].body

    def _parsable_text(self) -> str:
        if self.indent:
            return "class _:\n" + self.text
        text = self.text.removeprefix(BYTE_ORDER_MARK)
        if not self.opens_class:
            return text
        return text + ("" if text.endswith(("\n", "\r")) else "\n") + " pass\n"

    def _mark_broken(self, message: str, line_number: int | None, column: int | None) -> Sequence[ast.stmt]:
        line = max((line_number or 1) - (2 if self.indent else 1), 0)
        last_line = max(self.text.count("\n") - self.text.endswith("\n"), 0)
        self._broken = BrokenPiece(message, Position(min(line, last_line), max((column or 1) - 1, 0)))
        return ()


def _words(code: str) -> set[str]:
    if not code.isascii():
        return set(IDENTIFIER.findall(code))
    words = set(code.translate(NO_PART_OF_NAMES).split())
    with_digits = {word for word in words if word[0].isdigit()}
    return (words - with_digits).union(*map(IDENTIFIER.findall, with_digits))
