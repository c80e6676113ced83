"""Findings that outlive a syntax error: while a stretch of text does not parse, what was last known about
it stays, moved along with the text.

Pure. Never shows a finding at a wrong place: a finding whose own lines were edited is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from torchready.finding import Finding, Position, Range, RelatedPlace
from torchready.text import Change, Text

if TYPE_CHECKING:
    from torchready.engine import Report


@dataclass(frozen=True, slots=True)
class Shown:
    """Findings as an editor shows them, and the text they are about."""

    text: Text
    findings: tuple[Finding, ...]


def shown_after(previous: Shown, changes: Sequence[Change], text: Text, report: Report) -> Shown:
    """What to show for `text`: the report's findings and, where the text is broken, the previous ones.

    `changes` lead, one after the other, from `previous.text` to `text`. Retained findings lose their fix:
    it was made for a text that parsed.
    """
    if not report.broken or not previous.findings:
        return Shown(text, report.findings)
    known = {(finding.code, finding.range) for finding in report.findings}
    retained = [
        finding
        for finding in moved_findings(previous, changes, text)
        if _lies_in(finding.range, report.broken) and (finding.code, finding.range) not in known
    ]
    findings = tuple(sorted([*report.findings, *retained])) if retained else report.findings
    return Shown(text, findings)


def moved_findings(previous: Shown, changes: Sequence[Change], text: Text) -> list[Finding]:
    """The findings at their places after the changes, without those whose lines were edited."""
    moved: list[Finding] = []
    for finding in previous.findings:
        there = _moved_through(finding, changes)
        if there is not None and _same_lines(previous.text, finding.range, text, there.range):
            moved.append(replace(there, fix=None) if there.fix else there)
    return moved


def _moved_through(finding: Finding, changes: Sequence[Change]) -> Finding | None:
    there: Finding | None = finding
    for change in changes:
        if there is None:
            return None
        there = _moved(there, change)
    return there


def _same_lines(before: Text, old: Range, after: Text, new: Range) -> bool:
    # Counting line ends inside a change cannot see "\r" and "\n" join across its border.
    return before.lines(old.start.line, old.end.line + 1).rstrip("\r\n") == after.lines(
        new.start.line, new.end.line + 1
    ).rstrip("\r\n")


def _moved(finding: Finding, change: Change) -> Finding | None:
    span = _moved_range(finding.range, change)
    if span is None:
        return None
    related = tuple(
        place for other in finding.related if (place := _moved_place(other, finding, change)) is not None
    )
    if span == finding.range and related == finding.related:
        return finding
    return replace(finding, range=span, related=related)


def _moved_place(place: RelatedPlace, finding: Finding, change: Change) -> RelatedPlace | None:
    if place.filename != finding.filename:
        return place
    span = _moved_range(place.range, change)
    return None if span is None else replace(place, range=span)


def _moved_range(span: Range, change: Change) -> Range | None:
    """Where a range is after a change; None when the change touches one of its lines.

    A change that ends at the start of the range's first line (text inserted above it, say) leaves its
    lines as they are as long as what is inserted there ends a line.
    """
    if change.range.start.line > span.end.line:
        return span
    inserted = _line_ends(change.content)
    shift = inserted - (change.range.end.line - change.range.start.line)
    if change.range.end.line < span.start.line:
        return _shifted(span, shift)
    whole_lines = change.range.start.column == 0 and change.content.endswith(("\n", "\r"))
    above = change.range.end == Position(span.start.line, 0)
    if above and (whole_lines or _deletes_whole_lines(change)):
        return _shifted(span, shift)
    return None


def _deletes_whole_lines(change: Change) -> bool:
    return not change.content and change.range.start.column == 0


def _shifted(span: Range, lines: int) -> Range:
    start, end = span
    return Range(Position(start.line + lines, start.column), Position(end.line + lines, end.column))


def _line_ends(content: str) -> int:
    return content.count("\n") + content.count("\r") - content.count("\r\n")


def _lies_in(span: Range, broken: Iterable[tuple[int, int]]) -> bool:
    """Whether a range lies in one of the line spans, whose end is not part of them."""
    return any(start <= span.start.line and span.end.line < end for start, end in broken)
