"""Finds where pieces begin, by looking at strings, brackets, comments, continuations and indentation only.

The scanner is a left-to-right automaton. At the start of a piece it is always in the same neutral state,
which is why scanning may resume at any piece and stop at the first old piece that it meets again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from torchready.syntax.piece import Comment
from torchready.text import Text

SPECIAL = re.compile(r"[\"'#()\[\]{}\\]")
ONLY_BRACKETS = re.compile(r"[^\"'#\\]*\Z")
STRINGS = {
    quote: re.compile(rf"{quote}(?:[^{quote}\\\r\n]|\\(?:\r\n|[\s\S]))*{quote}?") for quote in ('"', "'")
}
LONG_STRING_TOKENS = {quote: re.compile(rf"\\[\s\S]|{quote}") for quote in ('"""', "'''")}
INDENT = re.compile(r"[ \t\f]*")
CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")
IMPORT = re.compile(r"(?:import|from)\b")
CLASS = re.compile(r"class\b")
# A line by its blank, its first code, and what stands behind that from the first special character on.
INSIDE = re.compile(r"( +)([^@\s\"'#()\[\]{}\\][^\"'#()\[\]{}\\\r\n]*)([\s\S]*)\Z")
# No expression has one of these at the start of a line, so a bracket open before it was never closed.
NOT_IN_BRACKETS = re.compile(
    r"[ \t\f]*(?:(?:def|class|return|import|while|with|try|raise|del|pass|break|continue|global|nonlocal|assert"
    r"|except|finally)\b|async[ \t]+def\b|from[ \t]+[\w.]+[ \t]+import\b)"
)
SPEAKS_TO_LINTERS = re.compile(r"torchready|noqa", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Start:
    """The first line of a piece; `indent` is empty at the top level."""

    line: int
    indent: str


@dataclass(slots=True)
class Scan:
    """The automaton. `body_indent` is the indentation of the open class body, None outside of classes.

    `comments` collects those that speak to linters; whoever reads a start takes what has come so far.
    """

    text: Text
    line: int = 0
    body_indent: str | None = None
    comments: list[Comment] = field(default_factory=list[Comment])
    unterminated: bool = False
    opens_class: bool = False
    _awaits_body: bool = False
    _after_decorator: bool = False
    _after_import: bool = False

    def starts(self) -> Iterator[Start]:
        """The start of each piece after the one at the current line.

        While a start is being read, `opens_class` says whether the piece before it opened a class.
        """
        is_first = True
        for line, indent, content in self._logical_lines():
            begins = self._begins_piece(indent, content)
            if begins and not is_first:
                yield Start(line, indent if self.body_indent is not None else "")
            is_first = False
            self.opens_class = False
            self._after_decorator = content.startswith("@")
            self._after_import = not indent and IMPORT.match(content) is not None
            if not indent and CLASS.match(content):
                self._awaits_body = True

    def _begins_piece(self, indent: str, content: str) -> bool:
        if not indent:
            return self._begins_top_level(content)
        if self._awaits_body:
            self._awaits_body = False
            self.body_indent = indent
            self.opens_class = True
            return True
        if self._after_import:
            # No import has a body: what stands here is a mistake, which must not take the names along.
            return True
        return indent == self.body_indent and self._begins_statement(content)

    def _begins_top_level(self, content: str) -> bool:
        self._awaits_body = False
        if self.body_indent is not None:
            self.body_indent = None
            return True
        return self._begins_statement(content)

    def _begins_statement(self, content: str) -> bool:
        return not self._after_decorator and CONTINUES.match(content) is None

    def _logical_lines(self) -> Iterator[tuple[int, str, str]]:
        """(line, indentation, content) of each line that starts in the neutral state and holds code."""
        text = self.text
        content, starts, count = text.content, text.line_starts, text.line_count
        while self.line < count:
            end = starts[self.line + 1] if self.line + 1 < count else len(content)
            line = content[starts[self.line] : end]
            if line.startswith("\ufeff") and self.line == 0:
                line = line[1:]
            indent = INDENT.match(line).group()  # type: ignore[union-attr]  # it matches anything
            code = line[len(indent) :]
            if code.strip() and code[0] != "#":
                if code[0] == "\\":
                    indent, code = self._behind_backslashes(indent, code)
                yield self.line, indent.rpartition("\f")[2], code
            if SPECIAL.search(line) is None:
                self.line += 1
            else:
                self._finish_logical_line()

    def _behind_backslashes(self, indent: str, code: str) -> tuple[str, str]:
        """Indentation and code of a statement before which lines hold a backslash only.

        As in Python's tokenizer, the first indentation that is not empty counts.
        """
        line = self.line
        while code.rstrip("\r\n") == "\\" and line + 1 < self.text.line_count:
            line += 1
            joined = self.text.line_with_end(line)
            blank = INDENT.match(joined).group()  # type: ignore[union-attr]  # it matches anything
            indent, code = indent or blank, joined[len(blank) :]
        return indent, code

    def _finish_logical_line(self) -> None:
        """Move from the first line of a logical line to the line after its last."""
        depth = 0
        while True:
            depth, continued = self._scan_line(depth)
            self.line += 1
            if (depth == 0 and not continued) or self.line >= self.text.line_count:
                return
            if depth > 0 and NOT_IN_BRACKETS.match(self.text.content, self.text.line_starts[self.line]):
                return

    def _scan_line(self, depth: int) -> tuple[int, bool]:
        """Scan one line, and those that a string in it reaches over.

        Returns the bracket depth after it and whether a backslash joins it with the next line.
        """
        content = self.text.content
        place, end = self.text.line_starts[self.line], self.text.line_start(self.line + 1)
        if ONLY_BRACKETS.match(content, place, end):
            return _depth_after(content[place:end], depth), False
        while (token := SPECIAL.search(content, place, end)) is not None:
            character = token.group()
            place = token.end()
            if character in "([{":
                depth += 1
            elif character in ")]}":
                depth = max(depth - 1, 0)
            elif character == "#":
                self._keep_comment(token.start(), end)
                break
            elif character == "\\":
                if place < end and content[place] in "\r\n":
                    return depth, True
            else:
                place = self._string_end(token.start(), character, end)
                if place > end:
                    self.line = self.text.position(place).line
                    end = self.text.line_start(self.line + 1)
        return depth, False

    def _string_end(self, start: int, quote: str, line_end: int) -> int:
        content = self.text.content
        if not content.startswith(quote * 3, start):
            return STRINGS[quote].match(content, start).end()  # type: ignore[union-attr]  # the quote is there
        quote *= 3
        place = start + 3
        found = content.find(quote, place)
        if found >= 0 and content.find("\\", place, found) < 0:
            return found + 3
        for token in LONG_STRING_TOKENS[quote].finditer(content, place):
            if token.group() == quote:
                return token.end()
        # Nobody closed it: take it as closed at the end of its line, so that the rest stays alive.
        self.unterminated = True
        return line_end

    def _keep_comment(self, start: int, line_end: int) -> None:
        text = self.text.content[start:line_end].rstrip("\r\n")
        if SPEAKS_TO_LINTERS.search(text):
            self.comments.append(Comment(self.line, start - self.text.line_starts[self.line], text))


def is_same_to_scanner(before: str, after: str, indent: str) -> bool:
    """Whether a line that is deeper inside of a piece than its `indent` means the same to the scanner after an edit.

    So it is where the same blank stands before code and the same text behind the first character that is special,
    in whatever state the line begins. No backslash may stand before it: then it may be the first line of a statement.
    """
    old, new = INSIDE.match(before), INSIDE.match(after)
    if old is None or new is None or old[1] != new[1] or old[3] != new[3]:
        return False
    if len(old[1]) <= len(indent) or not old[1].startswith(indent):
        return False
    return NOT_IN_BRACKETS.match(before) is None and NOT_IN_BRACKETS.match(after) is None


def _depth_after(line: str, depth: int) -> int:
    opened = line.count("(") + line.count("[") + line.count("{")
    closed = line.count(")") + line.count("]") + line.count("}")
    return max(depth + opened - closed, 0)
