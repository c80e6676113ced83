"""What one comment says to torchready."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from torchready.finding import Position, Range

# Where a comment begins inside a comment, as in a type comment followed by one for us; not `see #123`.
SEGMENT = re.compile(r"#+(?!\d)")
OURS = re.compile(r"#+\s*torchready\s*:\s*", re.IGNORECASE)
# A colon was forgotten; `# torchready ignores this` is prose.
OURS_WITHOUT_COLON = re.compile(r"#+\s*torchready[\s,;=-]*ignore(?:-file)?\s*(?:[\[(]|$)", re.IGNORECASE)
VERB = re.compile(r"(?P<verb>ignore-file|ignore)(?![\w-])\s*", re.IGNORECASE)
CODE_LIST = re.compile(r"\[([^\[\]]*)\]")
CODE_IN_LIST = re.compile(r"[^\s,;]+")
# Codes in other brackets or in none, which would be taken for an explanation.
MISPLACED_CODES = re.compile(r"\[|[(:=,\s]*TR\d", re.IGNORECASE)
WRITTEN_CODE = re.compile(r"\bTR\d{1,3}\b", re.IGNORECASE)
OUR_CODE = re.compile(r"TR(?:[0-4]\d{0,2})?", re.IGNORECASE)
NOQA = re.compile(r"#+\s*noqa(?![\w-])\s*:?\s*", re.IGNORECASE)
NOQA_CODE = re.compile(r"[,\s]*(?P<code>[A-Z]+\d+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment where it stands; the text starts with `#` and goes to the end of the line."""

    position: Position
    text: str


class Scope(str, Enum):
    LINE = "line"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Code:
    """One code or prefix as written, and its place in the comment's text."""

    text: str
    start: int
    end: int

    @property
    def prefix(self) -> str:
        return self.text.upper()

    @property
    def is_ours(self) -> bool:
        return OUR_CODE.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Directive:
    """Part `start:end` of a comment's text that suppresses. Without codes it suppresses everything.

    `codes` holds all that are listed; in a `# noqa` those of other linters, too.
    """

    comment: Comment
    scope: Scope
    start: int
    end: int
    codes: tuple[Code, ...]
    is_noqa: bool = False

    @property
    def line(self) -> int:
        return self.comment.position.line

    def range(self, start: int, end: int) -> Range:
        line, column = self.comment.position
        return Range(Position(line, column + start), Position(line, column + end))


@dataclass(frozen=True, slots=True)
class Malformed:
    """Part of a comment that was meant to suppress but does not; `advice` is how to write it."""

    comment: Comment
    start: int
    end: int
    advice: str

    @property
    def line(self) -> int:
        return self.comment.position.line

    @property
    def range(self) -> Range:
        line, column = self.comment.position
        return Range(Position(line, column + self.start), Position(line, column + self.end))


def directives_of(comment: Comment) -> Iterator[Directive | Malformed]:
    """All that a comment says to torchready, in order."""
    starts = [match.start() for match in SEGMENT.finditer(comment.text)]
    for start, next_start in pairwise((*starts, len(comment.text))):
        end = start + len(comment.text[start:next_start].rstrip())
        directive = _directive(comment, start, end)
        if directive is not None:
            yield directive


def _directive(comment: Comment, start: int, end: int) -> Directive | Malformed | None:
    text = comment.text[:end]
    if NOQA.match(text, start):
        return _noqa(comment, start, end)
    ours = OURS.match(text, start)
    if ours is None:
        return _malformed(comment, start, end) if OURS_WITHOUT_COLON.match(text, start) else None
    verb = VERB.match(text, ours.end())
    if verb is None:
        return _malformed(comment, start, end)
    scope = Scope.FILE if verb["verb"].lower() == "ignore-file" else Scope.LINE
    code_list = CODE_LIST.match(text, verb.end())
    if code_list is None:
        if MISPLACED_CODES.match(text, verb.end()):
            return _malformed(comment, start, end)
        return Directive(comment, scope, start, end, ())
    codes = tuple(
        Code(match.group(), match.start(), match.end())
        for match in CODE_IN_LIST.finditer(text, code_list.start(1), code_list.end(1))
    )
    return Directive(comment, scope, start, end, codes) if codes else _malformed(comment, start, end)


def _noqa(comment: Comment, start: int, end: int) -> Directive | None:
    """A noqa that names only codes of other linters says nothing to us."""
    text = comment.text[:end]
    head = NOQA.match(text, start)
    place = head.end() if head else start
    codes: list[Code] = []
    # A code needs the colon before it; without one it is part of an explanation.
    while ":" in text[start:place] and (match := NOQA_CODE.match(text, place)):
        codes.append(Code(match["code"], match.start("code"), match.end("code")))
        place = match.end()
    if codes and not any(code.is_ours for code in codes):
        return None
    return Directive(comment, Scope.LINE, start, end, tuple(codes), is_noqa=True)


def _malformed(comment: Comment, start: int, end: int) -> Malformed:
    written = comment.text[start:end]
    codes = dict.fromkeys(code.upper() for code in WRITTEN_CODE.findall(written))
    verb = "ignore-file" if "file" in written.lower() else "ignore"
    if codes:
        return Malformed(comment, start, end, f"write `# torchready: {verb}[{', '.join(codes)}]`")
    return Malformed(comment, start, end, f"name a rule, as in `# torchready: {verb}[TR101]`")
