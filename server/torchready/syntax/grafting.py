"""The tree of a function after an edit inside of one of its statements: only that statement is parsed anew.

Whatever is unusual is left to a parse of the whole: the result is the very tree that one gives, or None.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)

Span = tuple[int, int]
"""The first line and the line after the last, counted from 0 in a piece."""


def grafted(
    before: str, statements: Sequence[ast.stmt], after: str, lines_above: int
) -> Sequence[ast.stmt] | None:
    """The statements of the text `after`, made from those of the text `before`, whose nodes stay as they are.

    `lines_above` is how many lines the trees count before the first line of a text.
    """
    if len(statements) != 1 or not isinstance(statements[0], ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    old, new = before.split("\n"), after.split("\n")
    changed = _changed_lines(old, new)
    if changed is None or _has_unusual_blanks(old, new, changed):
        return None
    function = _with_new_statement(statements[0], old, new, changed, lines_above)
    return None if function is None else [function]


def parsed(text: str) -> list[ast.stmt]:
    """The statements of a text; whatever Python warns about in it is the business of whoever runs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text).body


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Span | None:
    if len(old) != len(new):
        return None
    differing = [line for line, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    return (differing[0], differing[-1] + 1) if differing else None


def _has_unusual_blanks(old: Sequence[str], new: Sequence[str], changed: Span) -> bool:
    """Lines that end in a carriage return alone, and blanks whose width is a matter of opinion."""
    lines = [*old[slice(*changed)], *new[slice(*changed)]]
    return any("\t" in line or "\f" in line or "\r" in line.removesuffix("\r") for line in lines)


def _with_new_statement(
    node: Node, old: Sequence[str], new: Sequence[str], changed: Span, lines_above: int
) -> Node | None:
    """The node with the statement that holds the changed lines in its new form; None when none does."""
    for field in ("body", "orelse", "finalbody"):
        block: object = getattr(node, field, ())
        if not isinstance(block, list):
            continue
        for index, statement in enumerate(cast("list[ast.AST]", block)):
            if isinstance(statement, ast.stmt) and _holds(statement, changed, lines_above):
                fresh = _new_forms(statement, old, new, changed, lines_above)
                return None if fresh is None else _with_block(node, field, index, fresh)
    return None


def _holds(statement: ast.stmt, changed: Span, lines_above: int) -> bool:
    first, end = changed
    return statement.lineno - 1 - lines_above <= first and end <= (statement.end_lineno or 0) - lines_above


def _new_forms(
    statement: ast.stmt, old: Sequence[str], new: Sequence[str], changed: Span, lines_above: int
) -> list[ast.stmt] | None:
    """What a statement became: most often one, and several where one was split by a semicolon."""
    inner = _with_new_statement(statement, old, new, changed, lines_above)
    if inner is not None:
        return [inner]
    first, end = statement.lineno - 1 - lines_above, (statement.end_lineno or 0) - lines_above
    indent = old[first][: statement.col_offset]
    stands_alone = indent.isspace() and new[first].startswith(indent) and new[first][len(indent) :][:1] != " "
    if not stands_alone or not _ends_its_line(statement, old[end - 1]):
        return None
    lines = "\n".join(new[first:end])
    # As many lines above it as in the whole, so that the nodes say the same places.
    above = "\n" * (statement.lineno - 2)
    try:
        block = parsed(f"{above}if 1:\n{lines}\n")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if len(block) != 1 or not isinstance(block[0], ast.If) or block[0].orelse:
        return None
    fresh = block[0].body
    # A semicolon at the end belongs to no statement, but to whatever holds the last one.
    is_whole = _ends_its_line(fresh[-1], new[(fresh[-1].end_lineno or 0) - 1 - lines_above])
    return fresh if is_whole else None


def _ends_its_line(statement: ast.stmt, line: str) -> bool:
    rest = line.encode("utf-8", "surrogatepass")[statement.end_col_offset or 0 :].strip()
    return not rest or rest.startswith(b"#")


def _with_block(node: Node, field: str, index: int, fresh: list[ast.stmt]) -> Node:
    """A copy of a node in which one statement of a block is replaced."""
    copy = type(node).__new__(type(node))
    copy.__dict__.update(node.__dict__)
    block: list[ast.stmt] = list(getattr(node, field))
    last = block[index]
    block[index : index + 1] = fresh
    setattr(copy, field, block)
    if isinstance(copy, ast.stmt) and (copy.end_lineno, copy.end_col_offset) == (
        last.end_lineno,
        last.end_col_offset,
    ):
        copy.end_lineno, copy.end_col_offset = fresh[-1].end_lineno, fresh[-1].end_col_offset
    return copy
