"""Findings as bytes and back, for the cache.

JSON rather than pickle: a cache file must not be able to run code.
"""

from __future__ import annotations

import json
from typing import Any

from torchready.finding import (
    Applicability,
    Edit,
    Evidence,
    Finding,
    Fix,
    Position,
    Range,
    RelatedPlace,
    Severity,
    Tag,
)

Problems = tuple[tuple[str, Range], ...]


def dump(findings: tuple[Finding, ...], problems: Problems) -> bytes:
    """Findings, and the message and range of each place that does not parse."""
    return json.dumps([[_plain(finding) for finding in findings], problems], separators=(",", ":")).encode()


def load(stored: bytes) -> tuple[tuple[Finding, ...], Problems]:
    """Raises ValueError, TypeError, KeyError or IndexError on bytes that `dump` did not write."""
    findings, problems = json.loads(stored)
    return (
        tuple(_finding(plain) for plain in findings),
        tuple((message, _range(span)) for message, span in problems),
    )


def _plain(finding: Finding) -> list[Any]:
    return [
        finding.code,
        finding.name,
        finding.message,
        finding.severity.value,
        finding.filename,
        finding.range,
        finding.class_name,
        finding.symbol,
        finding.evidence.value,
        finding.fix and _plain_fix(finding.fix),
        [[place.filename, place.range, place.message] for place in finding.related],
        [tag.value for tag in finding.tags],
    ]


def _plain_fix(fix: Fix) -> list[Any]:
    edits = [[edit.range, edit.content] for edit in fix.edits]
    return [fix.applicability.value, fix.message, edits, fix.isolation]


def _finding(plain: list[Any]) -> Finding:
    code, name, message, severity, filename, span, class_name, symbol, evidence, fix, related, tags = plain
    return Finding(
        code=code,
        name=name,
        message=message,
        severity=Severity(severity),
        filename=filename,
        range=_range(span),
        class_name=class_name,
        symbol=symbol,
        evidence=Evidence(evidence),
        fix=_fix(fix) if fix else None,
        related=tuple(RelatedPlace(place[0], _range(place[1]), place[2]) for place in related),
        tags=tuple(Tag(tag) for tag in tags),
    )


def _fix(plain: list[Any]) -> Fix:
    applicability, message, edits, isolation = plain
    return Fix(
        Applicability(applicability),
        message,
        tuple(Edit(_range(span), content) for span, content in edits),
        isolation,
    )


def _range(plain: list[list[int]]) -> Range:
    start, end = plain
    return Range(Position(*start), Position(*end))
