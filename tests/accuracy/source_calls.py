"""From a place in byte code to the call expression in the source, counted in code points."""

from __future__ import annotations

import ast
import dis
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import CodeType
from typing import NamedTuple


class Span(NamedTuple):
    """Lines from 1, columns from 0 in code points; up to, not including, the end."""

    line: int
    column: int
    end_line: int
    end_column: int

    def within(self, file: str) -> tuple[str, int, int, int, int]:
        """As a place of recorded truth."""
        return file, self.line, self.column, self.end_line, self.end_column


@dataclass(frozen=True)
class Call:
    """A call expression. `callee` spans `self.relu` in `self.relu(x)` and in `self.relu.forward(x)`.

    `arguments` are what is in parentheses.
    """

    span: Span
    callee: Span
    callee_text: str
    arguments: tuple[Span, ...]
    class_name: str | None
    function: str | None


class SourceFile:
    """All call expressions of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # The compiler counts lines as the tokenizer does: form feeds and the like do not end one.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        self.lines = text.split("\n")
        self._bytes = [line.encode() for line in self.lines]
        self._tree = ast.parse(text)

    @cached_property
    def calls(self) -> dict[Span, Call]:
        return {call.span: call for call in self._by_end.values()}

    def call_at(self, code: CodeType, offset: int) -> Call | None:
        """The call expression that the instruction at this byte offset evaluates.

        CPython moves the start of a method call that is chained over several lines to the method's name,
        but never its end, and no two calls end at the same place. Other instructions may (`a + f(x)`).
        """
        if offset not in call_offsets(code):
            return None
        position = _positions(code)[offset // 2]
        _, end_line, _, end_byte = position
        if end_line is None or end_byte is None:
            return None
        return self._by_end.get((end_line, end_byte))

    @cached_property
    def _by_end(self) -> dict[tuple[int, int], Call]:
        found: dict[tuple[int, int], Call] = {}
        self._collect(self._tree, None, None, found)
        return found

    def _collect(
        self, node: ast.AST, class_name: str | None, function: str | None, found: dict[tuple[int, int], Call]
    ) -> None:
        for child in ast.iter_child_nodes(node):
            inside = class_name
            if isinstance(child, ast.ClassDef):
                inside = f"{class_name}.{child.name}" if class_name else child.name
            called = child.name if isinstance(child, ast.FunctionDef) else function
            if isinstance(child, ast.Call):
                end = (child.end_lineno or 0, child.end_col_offset or 0)
                found[end] = self._call(child, inside, called)
            self._collect(child, inside, called, found)

    def _call(self, node: ast.Call, class_name: str | None, function: str | None) -> Call:
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        callee = node.func
        if isinstance(callee, ast.Attribute) and callee.attr == "forward":
            callee = callee.value
        return Call(
            span=self._span(node),
            callee=self._span(callee),
            callee_text=ast.unparse(callee),
            arguments=tuple(self._span(value) for value in values),
            class_name=class_name,
            function=function,
        )

    @cached_property
    def names_in_one_arm(self) -> frozenset[str]:
        """Last parts of the names that are the value of one arm only: `F.relu` in `a if b else F.relu`."""
        arms: list[ast.AST] = []
        for node in ast.walk(self._tree):
            if isinstance(node, ast.IfExp):
                arms += [node.body, node.orelse]
            if isinstance(node, ast.If):
                inside = [*node.body, *node.orelse]
                arms += [statement.value for statement in inside if isinstance(statement, ast.Assign)]
        named = (getattr(arm, "attr", None) or getattr(arm, "id", None) for arm in arms)
        return frozenset(name for name in named if name)

    def _span(self, node: ast.expr) -> Span:
        end_line, end_byte = node.end_lineno or 0, node.end_col_offset or 0
        return Span(
            node.lineno,
            self._column(node.lineno, node.col_offset),
            end_line,
            self._column(end_line, end_byte),
        )

    def _column(self, line: int, byte: int) -> int:
        return len(self._bytes[line - 1][:byte].decode())


@cache
def read_source(path: str) -> SourceFile:
    return SourceFile(Path(path))


@cache
def call_offsets(code: CodeType) -> frozenset[int]:
    """Byte offsets at which a frame of this code can stand while it calls something.

    Python 3.11 splits a call in two instructions, and a frame waits on the last cache entry of the second.
    """
    offsets: set[int] = set()
    instructions = list(dis.get_instructions(code))
    ends = [instruction.offset for instruction in instructions[1:]] + [len(code.co_code)]
    for instruction, end in zip(instructions, ends, strict=True):
        if instruction.opname.startswith(("CALL", "PRECALL")) and "INTRINSIC" not in instruction.opname:
            offsets.update(range(instruction.offset, end, 2))
    return frozenset(offsets)


@cache
def _positions(code: CodeType) -> list[tuple[int | None, int | None, int | None, int | None]]:
    return list(code.co_positions())
