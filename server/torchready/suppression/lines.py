"""At which lines a comment can end, by looking at strings, comments and backslashes only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from torchready.finding import Position
from torchready.suppression.directives import Comment
from torchready.text import Text

LINE_END = re.compile(r"[\r\n]")
TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\r\n]*)
    | (?P<continuation>\\(?:\r\n|\r|\n))
    | (?P<string>
        \"{3} [^"\\]* (?: (?: \\[\s\S] | "(?!"") ) [^"\\]* )* (?P<closing>\"{3})?
        | '{3} [^'\\]* (?: (?: \\[\s\S] | '(?!'') ) [^'\\]* )* (?P<other_closing>'{3})?
        | " (?: [^"\\\r\n] | \\(?:\r\n|[\s\S]) )* "?
        | ' (?: [^'\\\r\n] | \\(?:\r\n|[\s\S]) )* '?
    )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """`joined` holds each line that no comment can end: a string or a backslash goes on to the next."""

    joined: frozenset[int]
    comments: tuple[Comment, ...]

    @classmethod
    def of(cls, text: Text) -> Lines:
        joined: set[int] = set()
        comments: list[Comment] = []
        for token in TOKEN.finditer(text.content):
            if token["comment"] is not None:
                comments.append(Comment(text.position(token.start()), token.group()))
            elif LINE_END.search(token.group()) or token.end() == len(text.content):
                joined.update(range(text.position(token.start()).line, _last_line(text, token)))
        return cls(frozenset(joined), tuple(comments))

    def first_with_room(self, line: int) -> int:
        """The line itself or the first one after it where a comment can stand."""
        while line in self.joined:
            line += 1
        return line


def _last_line(text: Text, token: re.Match[str]) -> int:
    """The line where a token ends; for a long string that never ends the one after the last."""
    is_long = token.group().startswith(('"""', "'''"))
    if is_long and not (token["closing"] or token["other_closing"]):
        return text.line_count
    return text.position(token.end()).line


def may_end_joined_lines(text: Text, position: Position) -> bool:
    """A quick look whether the line of a comment may be joined with the one before; False is certain."""
    if position.line == 0:
        return False
    before = text.line(position.line)[: position.column]
    return '"""' in before or "'''" in before or text.line(position.line - 1).endswith("\\")
