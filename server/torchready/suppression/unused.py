"""Suppressions that suppress nothing, and the edits that remove them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from torchready.finding import Applicability, Edit, Finding, Fix, Position, Range, Severity, Tag
from torchready.suppression.directives import Code, Directive, Malformed, Scope
from torchready.text import Text

OWN_CODE = "TR001"
OWN_NAME = "unused-suppression"
# Which code of which directive suppressed something.
Used = Collection[tuple[int, int]]


class Reason(str, Enum):
    UNUSED = "unused"
    UNKNOWN_CODE = "unknown code"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Unused:
    """One code, or one whole directive, that suppresses nothing. Without edits people have to mend it."""

    range: Range
    reason: Reason
    message: str
    edits: tuple[Edit, ...] = ()


def unused_findings(
    unused: Iterable[Unused], filename: str, severity: Severity = Severity.WARNING
) -> list[Finding]:
    """TR001 for each of them, with the safe fix that removes it."""
    return [
        Finding(
            code=OWN_CODE,
            name=OWN_NAME,
            message=each.message,
            severity=severity,
            filename=filename,
            range=each.range,
            fix=_fix(each),
            tags=() if each.reason is Reason.MALFORMED else (Tag.UNNECESSARY,),
        )
        for each in unused
    ]


def _fix(unused: Unused) -> Fix | None:
    return Fix(Applicability.SAFE, "Remove the unused suppression", unused.edits) if unused.edits else None


def unused_directives(
    text: Text,
    directives: Sequence[Directive],
    malformed: Sequence[Malformed],
    used: Used,
    known: Collection[str] | None,
    active: Collection[str] | None,
) -> list[Unused]:
    """Sorted by place; without those on lines and in files where this rule itself is suppressed."""
    judge = _Judge(text, known, active)
    found: list[Unused] = [judge.malformed(each) for each in malformed]
    for number, directive in enumerate(directives):
        used_codes = {position for other, position in used if other == number}
        found += judge.directive(directive, used_codes)
    silenced_lines = {each.line for each in directives if _silences(each)}
    if any(each.scope is Scope.FILE and _silences(each) for each in directives):
        return []
    return sorted(
        (each for each in found if each.range.start.line not in silenced_lines), key=lambda each: each.range
    )


def _silences(directive: Directive) -> bool:
    return any(code.prefix == OWN_CODE for code in directive.codes)


@dataclass(frozen=True, slots=True)
class _Judge:
    text: Text
    known: Collection[str] | None
    active: Collection[str] | None

    def malformed(self, malformed: Malformed) -> Unused:
        return Unused(malformed.range, Reason.MALFORMED, f"This suppresses nothing; {malformed.advice}")

    def directive(self, directive: Directive, used: Collection[int]) -> Iterator[Unused]:
        where = "on this line" if directive.scope is Scope.LINE else "in this file"
        if not directive.codes:
            if not used and not directive.is_noqa:
                message = f"Unused suppression: nothing is found {where}"
                yield self._unused(directive, None, Reason.UNUSED, message)
            return
        for position, code in enumerate(directive.codes):
            if position in used:
                continue
            if self._is_unknown(code):
                if not directive.is_noqa:
                    yield self._unused(directive, code, Reason.UNKNOWN_CODE, self._unknown_message(code))
            elif self._ran(code):
                message = f"Unused suppression: {code.prefix} is not found {where}"
                yield self._unused(directive, code, Reason.UNUSED, message)

    def _is_unknown(self, code: Code) -> bool:
        if not code.is_ours:
            return True
        return self.known is not None and not _any_covered(code, self.known)

    def _ran(self, code: Code) -> bool:
        return self.active is None or _any_covered(code, self.active)

    def _unknown_message(self, code: Code) -> str:
        nearest = get_close_matches(code.prefix, sorted(self.known or ()), n=1)
        advice = f"; did you mean `{nearest[0]}`?" if nearest else ""
        return f"torchready has no rule `{code.text}`{advice}"

    def _unused(self, directive: Directive, code: Code | None, reason: Reason, message: str) -> Unused:
        if code is None:
            place = directive.range(directive.start, directive.end)
        else:
            place = directive.range(code.start, code.end)
        return Unused(place, reason, message, (_removal(self.text, directive, code),))


def _any_covered(code: Code, codes: Iterable[str]) -> bool:
    return any(each.startswith(code.prefix) for each in codes)


def _removal(text: Text, directive: Directive, code: Code | None) -> Edit:
    if code is None or len(directive.codes) == 1:
        return Edit(_directive_range(text, directive), "")
    position = directive.codes.index(code)
    if position == 0:
        return Edit(directive.range(code.start, directive.codes[1].start), "")
    return Edit(directive.range(directive.codes[position - 1].end, code.end), "")


def _directive_range(text: Text, directive: Directive) -> Range:
    """The directive with the blanks that set it off; the whole line when nothing else is in it."""
    line, column = directive.comment.position
    content = text.line(line)
    start, end = column + directive.start, column + directive.end
    before, after = content[:start].rstrip(), content[end:].strip()
    if after:
        # Another comment follows and takes this one's place.
        return Range(Position(line, start), Position(line, len(content) - len(content[end:].lstrip())))
    if before:
        return Range(Position(line, len(before)), Position(line, len(content)))
    return _line_range(text, line)


def _line_range(text: Text, line: int) -> Range:
    if line + 1 < text.line_count:
        return Range(Position(line, 0), Position(line + 1, 0))
    # The last line has no line ending of its own; the one before it stays, as the file's final newline.
    return Range(Position(line, 0), Position(line, len(text.line(line))))
