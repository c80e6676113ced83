"""A verification in a few words: for code lenses, progress and status."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from torchready.finding import Finding

if TYPE_CHECKING:
    from torchready.probe.verification import CheckOutcome, Verification

LONGEST_MESSAGE = 80
# What only says that the check failed or did not run stands before it already: the reason comes behind the colon.
FAILURE_ITSELF = re.compile(r"^not run: |^[^:]*\b(?:fails?|cannot be built)\b[^:]*: ")
# Where something is, which is told in a way of its own.
LINE = re.compile(r" \(line \d+\)$")
MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def summary(verification: Verification) -> str:
    """`trace passed, onnx failed: aten::foo at line 42`. What fails for the same reason says so once."""
    told: list[str] = []
    reasons: set[str] = set()
    for check in verification.checks:
        reason = shortened(check.message or "")
        told.append(_told(check, "" if reason in reasons else reason))
        reasons.add(reason)
    return ", ".join(told) or "nothing checked"


def shortened(message: str) -> str:
    """The first reason in the first line of a message, cut at a word."""
    line = LINE.sub("", message.strip().partition("\n")[0].partition("; ")[0].rstrip("."))
    while (reason := FAILURE_ITSELF.sub("", line)) not in (line, ""):
        line = reason
    if len(line) <= LONGEST_MESSAGE:
        return line
    return (line[:LONGEST_MESSAGE].rpartition(" ")[0] or line[:LONGEST_MESSAGE]) + "…"


def ago(seconds: float) -> str:
    """How long ago something was: `1.3 s ago`, `5 min ago`."""
    if seconds < 1:
        return "just now"
    if seconds < 10:
        return f"{seconds:.1f} s ago"
    if seconds < MINUTE:
        return f"{seconds:.0f} s ago"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min ago"
    return f"{seconds / HOUR:.0f} h ago" if seconds < DAY else "more than a day ago"


def _told(check: CheckOutcome, reason: str) -> str:
    told = f"{check.name} {check.status.value}"
    if check.status.value == "passed":
        return told
    if reason:
        told += f": {reason}"
    line = None if check.status.value == "skipped" else _first_line(check.findings)
    return told if line is None else f"{told} at {line}"


def _first_line(findings: Iterable[Finding]) -> str | None:
    first = next(iter(findings), None)
    return None if first is None else f"line {first.range.start.line + 1}"
