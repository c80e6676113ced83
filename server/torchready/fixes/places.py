"""Places of `ast` nodes in a text, and the statement-level insertions that build on them.

`ast` counts lines from 1 and columns in UTF-8 bytes; everything else in here counts from 0 in code points.
"""

from __future__ import annotations

import ast
import re
from typing import TypeAlias

from torchready.finding import Edit, Position, Range
from torchready.text import Text
from torchready.text.encoding import Encoding, from_units

Placed: TypeAlias = ast.expr | ast.stmt | ast.keyword | ast.arg | ast.alias | ast.excepthandler


def start_of(text: Text, node: Placed) -> Position:
    line = node.lineno - 1
    return Position(line, from_units(text.line(line), node.col_offset, Encoding.UTF_8))


def end_of(text: Text, node: Placed) -> Position:
    line = (node.end_lineno or node.lineno) - 1
    return Position(line, from_units(text.line(line), node.end_col_offset or 0, Encoding.UTF_8))


def range_of(text: Text, node: Placed) -> Range:
    return Range(start_of(text, node), end_of(text, node))


def source_of(text: Text, node: Placed) -> str:
    """The node's own text, without parentheses around it."""
    return text.slice(range_of(text, node))


def insertion(place: Position, content: str) -> Edit:
    return Edit(Range(place, place), content)


def first_line_of(node: ast.stmt) -> int:
    """The line, from 0, on which a statement starts, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def indentation_of(text: Text, line: int) -> str:
    """The white space a line starts with, after a form feed only what follows it, as Python counts."""
    content = text.line(line)
    blank = content[: len(content) - len(content.lstrip(" \t\f"))]
    return blank.rpartition("\f")[2]


def line_above_comments(text: Text, line: int) -> int:
    """The first of the comment lines that stand right above `line`, which belong to what follows them."""
    while line > 0 and text.line(line - 1).lstrip(" \t\f").startswith("#"):
        line -= 1
    return line


def statement_after(text: Text, statement: ast.stmt, source: str) -> Edit:
    """Add the statement `source` right after `statement`, in the same block.

    On a line of its own, or after a semicolon where `statement` shares its line with its neighbours.
    """
    end = end_of(text, statement)
    if not _owns_its_lines(text, statement, end):
        return insertion(end, f"; {source}")
    line = indentation_of(text, first_line_of(statement)) + source
    if end.line + 1 < text.line_count:
        return insertion(Position(end.line + 1, 0), line + text.newline())
    return insertion(Position(end.line, len(text.line(end.line))), text.newline() + line)


def _owns_its_lines(text: Text, statement: ast.stmt, end: Position) -> bool:
    first = first_line_of(statement)
    before = text.line(first)[: start_of(text, statement).column] if first == statement.lineno - 1 else ""
    after = text.line(end.line)[end.column :].strip(" \t\f")
    return not before.strip(" \t\f") and re.fullmatch(r";?[ \t\f]*(#.*)?", after) is not None
