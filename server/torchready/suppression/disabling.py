"""Edits that switch a rule off, for a line or for a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torchready.finding import Edit, Finding, Position, Range
from torchready.suppression.directives import Directive, Scope, directives_of
from torchready.suppression.lines import Lines
from torchready.text import Text

# PEP 263, which also says that the declaration stands in line 1 or 2.
ENCODING = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+")
BYTE_ORDER_MARK = "\ufeff"
BLANK_OR_COMMENT = re.compile(r"[ \t\f]*(?:#.*)?\Z")


def disable_line_edit(text: Text, finding: Finding) -> Edit | None:
    """Add the finding's code to the comment that ends its first line, or add such a comment.

    Where that line goes on in a string or after a backslash, the first line that has room is taken. None when
    a string that is never closed leaves no room.
    """
    lines = Lines.of(text)
    line = lines.first_with_room(finding.range.start.line)
    if line >= text.line_count:
        return None
    listed = _code_lists(lines, Scope.LINE)
    existing = next((directive for directive in listed if directive.line == line), None)
    if existing is not None:
        return _extended(existing, finding.code)
    content = text.line(line)
    kept = len(content.rstrip())
    blank = "  " if kept else ""
    place = Range(Position(line, kept), Position(line, len(content)))
    return Edit(place, f"{blank}# torchready: ignore[{finding.code}]")


def disable_file_edit(text: Text, code: str) -> Edit:
    """Add the code to the comment that already speaks for the file, or add one at its top.

    The top is below a shebang and an encoding declaration.
    """
    existing = next(_code_lists(Lines.of(text), Scope.FILE), None)
    if existing is not None:
        return _extended(existing, code)
    line = _first_free_line(text)
    newline = text.newline()
    comment = f"# torchready: ignore-file[{code}]"
    if line >= text.line_count:
        end = Position(text.line_count - 1, len(text.line(text.line_count - 1)))
        return Edit(Range(end, end), f"{newline}{comment}{newline}")
    start = Position(line, 1 if line == 0 and text.content.startswith(BYTE_ORDER_MARK) else 0)
    return Edit(Range(start, start), f"{comment}{newline}")


def _first_free_line(text: Text) -> int:
    after_shebang = 1 if text.line(0).startswith("#!") else 0
    if ENCODING.match(text.line(0)):
        return 1
    if ENCODING.match(text.line(1)) and BLANK_OR_COMMENT.match(text.line(0)):
        return 2
    return after_shebang


def _code_lists(lines: Lines, scope: Scope) -> Iterator[Directive]:
    """The directives of this scope with a list of codes that one more can be added to."""
    for comment in lines.comments:
        for directive in directives_of(comment):
            if not isinstance(directive, Directive) or directive.is_noqa:
                continue
            if directive.scope is scope and directive.codes:
                yield directive


def _extended(directive: Directive, code: str) -> Edit:
    end = directive.codes[-1].end
    return Edit(directive.range(end, end), f", {code}")
