"""What stands where in the statements of a tree, without any meaning."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torchready.syntax.piece import Piece


def blocks_of(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """The blocks directly inside a compound statement that is no definition."""
    match node:
        case ast.If():
            # A chain of elif is nested as deep as it is long.
            while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                yield node.body
                node = node.orelse[0]
            yield node.body
            yield node.orelse
        case ast.For() | ast.AsyncFor() | ast.While():
            yield node.body
            yield node.orelse
        case ast.With() | ast.AsyncWith():
            yield node.body
        case ast.Try():
            yield node.body
            for handler in node.handlers:
                yield handler.body
            yield node.orelse
            yield node.finalbody
        case ast.Match():
            for case in node.cases:
                yield case.body
        case _:
            return


def last_name(expression: ast.expr) -> str:
    """The last part of a dotted name or of what is called: `wraps` for `@functools.wraps(f)`."""
    while isinstance(expression, ast.Call):
        expression = expression.func
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def flat_statements(body: Iterator[tuple[Piece, ast.stmt]]) -> Iterator[tuple[Piece, ast.stmt]]:
    """Statements and those in their blocks, but not those of functions and classes among them."""
    for piece, node in body:
        yield piece, node
        for block in blocks_of(node):
            yield from flat_statements((piece, inner) for inner in block)
