"""A file of the user's: its text, and what stands where in it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, Union

Range = tuple[int, int, int, int]
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Place(NamedTuple):
    """A place in a file of the user's. The range counts from 0, columns in code points."""

    filename: str
    range: Range


class SourceFile:
    """One file. Lines are asked for as Python counts them, from 1."""

    def __init__(self, text: str) -> None:
        # The compiler counts lines as the tokenizer does: form feeds and the like do not end one.
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")

    @cached_property
    def tree(self) -> ast.Module:
        try:
            return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError):
            return ast.Module(body=[], type_ignores=[])

    def column(self, line: int, byte: int) -> int:
        """Byte columns are what the compiler and `ast` count in."""
        if not 0 < line <= len(self.lines):
            return byte
        text = self.lines[line - 1]
        return byte if text.isascii() else len(text.encode()[:byte].decode(errors="replace"))

    def range_of(self, node: ast.AST) -> Range:
        line, end_line = node.lineno, node.end_lineno or node.lineno  # type: ignore[attr-defined]
        end = node.end_col_offset or 0  # type: ignore[attr-defined]
        start = node.col_offset  # type: ignore[attr-defined]
        return (line - 1, self.column(line, start), end_line - 1, self.column(end_line, end))

    def name_range(self, node: Function | ast.ClassDef) -> Range:
        """The name in `def name(` or `class name:`."""
        keyword = "class" if isinstance(node, ast.ClassDef) else "def"
        start = self.column(node.lineno, node.col_offset) + len(keyword) + 1
        start = max(start, self.lines[node.lineno - 1].find(node.name, start))
        return (node.lineno - 1, start, node.lineno - 1, start + len(node.name))

    def line_range(self, line: int) -> Range:
        """A line without its indentation and without what follows a comment sign."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        return (line - 1, len(text) - len(text.lstrip()), line - 1, len(text.rstrip()))

    @cached_property
    def calls(self) -> dict[tuple[int, int], ast.Call]:
        """Calls by their ends: no two end at the same place."""
        found: dict[tuple[int, int], ast.Call] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                found[(node.end_lineno or 0, node.end_col_offset or 0)] = node
        return found

    def calls_on(self, line: int, name: str) -> list[ast.Call]:
        """Calls of something whose last name is this, on this line."""
        found = [
            call
            for call in self.calls.values()
            if call.lineno <= line <= (call.end_lineno or 0) and _last_name(call.func) == name
        ]
        exact = [call for call in found if (call.func.end_lineno or 0) == line]
        return exact or found

    def statement_at(self, line: int) -> ast.stmt | None:
        """The innermost statement that this line belongs to."""
        found: ast.stmt | None = None
        body: list[ast.AST] = [self.tree]
        while body:
            node = body.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.stmt) and _first_line(child) <= line <= (child.end_lineno or 0):
                    found = child
                    body = [child]
                elif not isinstance(child, (ast.stmt, ast.expr)):
                    body.append(child)
        return found

    def expression_at(self, where: Range) -> ast.expr | None:
        """The expression with exactly this range; the outermost of several."""
        statement = self.statement_at(where[0] + 1)
        for node in ast.walk(statement) if statement is not None else ():
            if isinstance(node, ast.expr) and self.range_of(node) == where:
                return node
        return None

    def statement_range(self, line: int) -> Range:
        """The statement of a line; of one with a body what comes before the body."""
        statement = self.statement_at(line)
        if statement is None:
            return self.line_range(line)
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            return self.name_range(statement)
        head = _head_of(statement)
        return self.range_of(head) if head is not None else self.line_range(line)

    def scopes_at(self, line: int) -> Iterator[Function | ast.ClassDef]:
        """The classes and functions around a line, outermost first."""
        body: Iterable[ast.AST] = [self.tree]
        while body:
            inside = [
                child
                for node in body
                for child in ast.iter_child_nodes(node)
                if not isinstance(child, ast.expr) and _spans(child, line)
            ]
            yield from (node for node in inside if isinstance(node, (*FUNCTIONS, ast.ClassDef)))
            body = inside

    def class_at(self, line: int) -> str | None:
        """The class that a line stands in, dotted if nested; None outside of classes."""
        names = [scope.name for scope in self.scopes_at(line) if isinstance(scope, ast.ClassDef)]
        return ".".join(names) or None

    def function_at(self, line: int) -> Function | None:
        scopes = [scope for scope in self.scopes_at(line) if isinstance(scope, FUNCTIONS)]
        return scopes[-1] if scopes else None

    def definition(self, name: str) -> Function | ast.ClassDef | None:
        """The class or function of this qualified name; the last where there are several."""
        body: list[ast.stmt] = self.tree.body
        found: Function | ast.ClassDef | None = None
        for part in name.split("."):
            if part == "<locals>":
                continue
            found = None
            for statement in _statements(body):
                if isinstance(statement, (*FUNCTIONS, ast.ClassDef)) and statement.name == part:
                    found = statement
            if found is None:
                return None
            body = found.body
        return found

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}


def _last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", None)
    return min(statement.lineno, decorators[0].lineno) if decorators else statement.lineno


def _spans(node: ast.AST, line: int) -> bool:
    start, end = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if start is None or end is None:
        return True
    return start <= line <= end


def _head_of(statement: ast.stmt) -> ast.AST | None:
    if isinstance(statement, (ast.If, ast.While)):
        return statement.test
    if isinstance(statement, (ast.For, ast.AsyncFor)):
        return statement.iter
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return statement.items[0].context_expr
    return None if hasattr(statement, "body") else statement


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements, also those in branches, but not those of functions and classes inside."""
    for statement in body:
        yield statement
        if isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, field, ()))
        for handler in getattr(statement, "handlers", ()):
            yield from _statements(handler.body)
