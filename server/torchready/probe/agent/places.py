"""From frames, tracebacks and the stacks that torch writes down to the user's line and the exact range in it."""

from __future__ import annotations

import ast
import opcode
import re
from collections.abc import Iterator
from functools import cache
from types import CodeType, FrameType, TracebackType
from typing import Any, Optional, Protocol

from .source_file import Place, SourceFile

Positions = tuple[Optional[int], Optional[int], Optional[int], Optional[int]]
# `File "/a/b.py", line 3, in forward`, as Python and torch.fx write it; the innermost comes last.
STACK_LINE = re.compile(r'File "(?P<file>[^"\n]+)", line (?P<line>\d+)(?:, in (?P<name>\S+))?')
# `/a/b.py(3): forward`, as torch.jit writes it; the innermost comes first.
SOURCE_RANGE = re.compile(r"(?P<file>[^\s():][^\n():]*|[A-Za-z]:[^\n():]+)\((?P<line>\d+)\): (?P<name>\S+)")
# `# /a/b.py:3:0`, as torch.jit prints graphs.
GRAPH_COMMENT = re.compile(r"# (?P<file>.+?):(?P<line>\d+):(?P<column>\d+)")


class Sources(Protocol):
    """Knows which files are the user's, and their texts, unsaved ones included."""

    def is_users(self, filename: str) -> bool: ...

    def text(self, filename: str) -> str | None: ...


class Places:
    """Says where in the user's code something happened; None when it happened nowhere in it."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._files: dict[str, SourceFile] = {}
        self._users: dict[str, bool] = {}

    def is_users(self, filename: str) -> bool:
        known = self._users.get(filename)
        if known is None:
            known = not filename.startswith("<") and self._sources.is_users(filename)
            self._users[filename] = known
        return known

    def file(self, filename: str) -> SourceFile:
        found = self._files.get(filename)
        if found is None:
            found = self._files[filename] = SourceFile(self._sources.text(filename) or "")
        return found

    # What runs

    def users_frame(self, frame: FrameType | None) -> FrameType | None:
        """The innermost frame of the user's code."""
        while frame is not None and not self.is_users(frame.f_code.co_filename):
            frame = frame.f_back
        return frame

    def of_frame(self, frame: FrameType | None) -> Place | None:
        """What the innermost frame of the user's code evaluates."""
        frame = self.users_frame(frame)
        return None if frame is None else self.of_code(frame.f_code, frame.f_lasti, frame.f_lineno)

    def of_code(self, code: CodeType, offset: int, line: int) -> Place:
        start, end, byte, end_byte = positions(code)[offset // 2] if offset >= 0 else (None,) * 4
        if start is None or end is None or byte is None or end_byte is None:
            return self.of_line(code.co_filename, line)
        file = self.file(code.co_filename)
        return Place(
            code.co_filename, (start - 1, file.column(start, byte), end - 1, file.column(end, end_byte))
        )

    def of_line(self, filename: str, line: int, called: str | None = None) -> Place:
        """A whole statement, or the one call of something with this name on the line."""
        file = self.file(filename)
        for name in _spellings(called):
            calls = file.calls_on(line, name)
            if len(calls) == 1:
                return Place(filename, file.range_of(calls[0]))
        return Place(filename, file.statement_range(line))

    def call_at(self, code: CodeType, offset: int, line: int, called: str | None = None) -> ast.Call | None:
        """The call expression that is being evaluated.

        CPython moves the start of a method call that is chained over several lines to the method's name, but never
        its end. Where Python keeps no columns, the only call of this name on the line is meant.
        """
        file = self.file(code.co_filename)
        _, end, _, end_byte = positions(code)[offset // 2] if offset >= 0 else (None,) * 4
        if end is not None and end_byte is not None:
            return file.calls.get((end, end_byte)) if is_call(code, offset) else None
        calls = file.calls_on(line, called) if called else []
        return calls[0] if len(calls) == 1 else None

    def callee(self, place: Place) -> Place:
        """What is called, at the place of a call; any other place as it is."""
        file = self.file(place.filename)
        node = file.expression_at(place.range)
        return Place(place.filename, file.range_of(node.func)) if isinstance(node, ast.Call) else place

    def tested(self, place: Place) -> Place:
        """The condition or what is looped over, where Python gives the whole statement as the place of its jump."""
        file = self.file(place.filename)
        statement = file.statement_at(place.range[0] + 1)
        if statement is None or place.range != file.range_of(statement):
            return place
        if isinstance(statement, (ast.If, ast.While, ast.Assert)):
            return Place(place.filename, file.range_of(statement.test))
        return (
            Place(place.filename, file.range_of(statement.iter)) if isinstance(statement, ast.For) else place
        )

    # What ran

    def of_exception(self, error: BaseException | None) -> Place | None:
        """Where an exception left the user's code; also that of an exception that caused it."""
        for one in chain(error):
            found = self.of_traceback(one.__traceback__) or self.of_stack(getattr(one, "real_stack", None))
            if found is None and isinstance(one, SyntaxError):
                found = self._of_syntax_error(one)
            if found is not None:
                return self.tested(found)
        return None

    def of_traceback(self, traceback: TracebackType | None) -> Place | None:
        found: TracebackType | None = None
        while traceback is not None:
            if self.is_users(traceback.tb_frame.f_code.co_filename):
                found = traceback
            traceback = traceback.tb_next
        if found is None:
            return None
        return self.of_code(found.tb_frame.f_code, found.tb_lasti, found.tb_lineno)

    def of_stack(self, stack: Any) -> Place | None:
        """Of frames as `traceback.extract_stack` gives them, innermost last."""
        for frame in reversed(list(stack or ())):
            if self.is_users(frame.filename) and frame.lineno:
                return self._of_summary(frame)
        return None

    def _of_summary(self, frame: Any) -> Place:
        byte, end_byte = getattr(frame, "colno", None), getattr(frame, "end_colno", None)
        end = getattr(frame, "end_lineno", None)
        if byte is None or end_byte is None or end is None:
            return self.of_line(frame.filename, frame.lineno)
        file = self.file(frame.filename)
        start = frame.lineno
        return Place(
            frame.filename, (start - 1, file.column(start, byte), end - 1, file.column(end, end_byte))
        )

    def _of_syntax_error(self, error: SyntaxError) -> Place | None:
        if error.filename is None or error.lineno is None or not self.is_users(error.filename):
            return None
        line, column = error.lineno, max((error.offset or 1) - 1, 0)
        end_line, end = getattr(error, "end_lineno", None) or line, getattr(error, "end_offset", None) or 0
        if (end_line, end - 1) <= (line, column):
            end_line, end = line, column + 2
        return Place(error.filename, (line - 1, column, end_line - 1, end - 1))

    # What is written

    def of_stack_text(self, text: str | None, called: str | None = None) -> Place | None:
        """Of a stack as Python and torch.fx write it."""
        return self._of_matches(reversed(list(STACK_LINE.finditer(text or ""))), called)

    def of_source_range(self, text: object, called: str | None = None) -> Place | None:
        """Of a stack as torch.jit writes it behind a node."""
        return self._of_matches(SOURCE_RANGE.finditer(str(text)), called)

    def of_graph_text(self, text: str | None) -> Place | None:
        """Of the first place in a printed graph of torch.jit's."""
        return self._of_matches(GRAPH_COMMENT.finditer(text or ""), None)

    def _of_matches(self, matches: Iterator[re.Match[str]], called: str | None) -> Place | None:
        for match in matches:
            if self.is_users(match["file"]):
                return self.of_line(match["file"], int(match["line"]), called)
        return None

    # What stands in a file

    def definition_of(self, thing: Any) -> Place | None:
        """The name of a class or function where the user defines it."""
        code = getattr(thing, "__code__", None)
        filename = code.co_filename if code is not None else _file_of(thing)
        if filename is None or not self.is_users(filename):
            return None
        file = self.file(filename)
        node = file.definition(getattr(thing, "__qualname__", ""))
        return None if node is None else Place(filename, file.name_range(node))

    def class_name(self, place: Place) -> str | None:
        return self.file(place.filename).class_at(place.range[0] + 1)


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception and what caused it, outermost first."""
    seen: list[int] = []
    while error is not None and id(error) not in seen:
        seen.append(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _spellings(operator: str | None) -> list[str]:
    """What an operator of torch's may be called in Python: `_linalg_svd`, `linalg_svd` and `svd`."""
    if not operator:
        return []
    name = operator.strip("_")
    return list(dict.fromkeys((operator, name, name.partition("_")[2], name.rpartition("_")[2])))


@cache
def positions(code: CodeType) -> list[Positions]:
    """Lines and byte columns by instruction; all None where Python keeps none (before 3.11)."""
    known: Any = getattr(code, "co_positions", None)
    return list(known()) if known is not None else [(None, None, None, None)] * (len(code.co_code) // 2 + 1)


def is_call(code: CodeType, offset: int) -> bool:
    """Whether the instruction at this byte offset calls something: a frame waits at its last cache entry."""
    instructions = code.co_code
    while offset > 0 and opcode.opname[instructions[offset]] == "CACHE":
        offset -= 2
    name = opcode.opname[instructions[offset]]
    return name.startswith(("CALL", "PRECALL")) and "INTRINSIC" not in name


def _file_of(thing: Any) -> str | None:
    import sys

    module = sys.modules.get(getattr(thing, "__module__", None) or "")
    return getattr(module, "__file__", None)
