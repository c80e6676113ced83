"""What a check says: an outcome with findings, as plain data and as JSON."""

from __future__ import annotations

import re
import traceback
from dataclasses import dataclass, field
from typing import Any

from .source_file import Place

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
LONGEST_LINE = 300
LONGEST_SENTENCE = 160
INTERNAL = re.compile(r'INTERNAL ASSERT FAILED at "(?:[^"]*/)?([^"/]+)":(\d+)')
LONGEST_DETAIL = 400_000


class ForPeopleError(Exception):
    """Raised by us, about what the user configured; the message says it all."""


@dataclass(frozen=True)
class Finding:
    """Without a place it goes to where the model is named. A `severity` goes before the rule's own."""

    code: str
    message: str
    place: Place | None
    class_name: str | None = None
    symbol: str | None = None
    severity: str | None = None
    related: tuple[tuple[Place, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": self.message,
            "filename": self.place.filename if self.place is not None else None,
            "range": list(self.place.range) if self.place is not None else [0, 0, 0, 0],
            "class_name": self.class_name,
            "symbol": self.symbol,
            "severity": self.severity,
            "related": [
                {"filename": place.filename, "range": list(place.range), "message": message}
                for place, message in self.related
            ],
        }


@dataclass(frozen=True)
class Outcome:
    """`message` is one line for a person, `detail` the full traceback or the exporter's report."""

    status: str
    message: str | None = None
    detail: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def as_json(self, name: str, seconds: float) -> dict[str, Any]:
        return {
            "name": name,
            "status": self.status,
            "seconds": seconds,
            "message": self.message,
            "detail": None if self.detail is None else self.detail[-LONGEST_DETAIL:],
            "findings": [finding.as_json() for finding in self.findings],
        }


def in_one_line(error: BaseException) -> str:
    """`RuntimeError: shapes cannot be multiplied`: the first line that says something, of a long one a sentence."""
    lines = [line.strip() for line in _said_by(error).splitlines() if line.strip()]
    if isinstance(error, ForPeopleError):
        return " ".join(lines)
    name = type(error).__name__
    if not lines:
        return name
    while len(lines) > 1 and any(lines[0].count(one) > lines[0].count(other) for one, other in ("()", "[]")):
        # A tensor that torch wrote into its message.
        lines[:2] = [f"{lines[0]} {lines[1]}"]
    internal = INTERNAL.search(lines[0])
    if internal is not None:
        return f"{name}: an assertion inside of torch fails ({internal[1]}:{internal[2]})"
    said = lines[0] if len(lines[0]) <= LONGEST_SENTENCE else lines[0].partition(". ")[0]
    return shortened(f"{name}: {said.rstrip(' ,.:;')}")


def _said_by(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        # The user's own class may not manage to say anything.
        return ""


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"


def report_of(error: BaseException) -> str:
    """The whole traceback, causes included."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))
