"""What a run says in the end: how much was found, and by which rules."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain

from torchready.finding import Finding
from torchready.output.listing import counts, is_safe


def statistics(findings: Sequence[Finding]) -> str:
    """A line per rule, the most frequent first; `[*]` where all have a safe fix, `[-]` where some have."""
    by_code = counts(findings)
    widest = max((len(str(len(found))) for found in by_code.values()), default=0)
    lines = (
        f"{len(found):>{widest}}\t{code}\t[{_fixable_mark(found)}] {found[0].name}\n"
        for code, found in by_code.items()
    )
    return "".join(lines)


def statistics_json(findings: Sequence[Finding]) -> str:
    rows = [
        {
            "code": code,
            "name": found[0].name,
            "count": len(found),
            "fixable": all(is_safe(finding.fix) for finding in found),
            "fixable_count": sum(is_safe(finding.fix) for finding in found),
        }
        for code, found in counts(findings).items()
    ]
    return json.dumps(rows, indent=2) + "\n"


def summary(
    findings: Sequence[Finding], fixed: int, unsafe: bool, complete: bool = True, known: int = 0
) -> str:
    """The last lines of a run.

    `unsafe` says whether unsafe fixes were asked for, `complete` whether all was read, and `known` how many
    findings a baseline left out.
    """
    remaining = len(findings)
    if fixed:
        lines = [f"Found {counted(fixed + remaining)} ({fixed} fixed, {remaining} remaining)."]
    elif remaining:
        lines = [f"Found {counted(remaining)}."]
    else:
        return _nothing_found(complete, known)
    return "\n".join(chain(lines, _offers(findings, unsafe))) + "\n"


def _nothing_found(complete: bool, known: int) -> str:
    if not complete:
        return "No findings in what could be read.\n"
    return "No new findings.\n" if known else "All checks passed!\n"


def _offers(findings: Sequence[Finding], unsafe: bool) -> list[str]:
    safe = sum(is_safe(finding.fix) for finding in findings)
    hidden = sum(finding.fix is not None for finding in findings) - safe
    if unsafe:
        return [f"[*] {safe + hidden} fixable with `--fix --unsafe-fixes`."] if safe + hidden else []
    if safe and hidden:
        return [f"[*] {safe} fixable with `--fix` ({hidden} more with `--fix --unsafe-fixes`)."]
    if safe:
        return [f"[*] {safe} fixable with `--fix`."]
    return [f"No safe fixes ({hidden} unsafe with `--fix --unsafe-fixes`)."] if hidden else []


def counted(number: int, noun: str = "finding") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _fixable_mark(found: Sequence[Finding]) -> str:
    safe = sum(is_safe(finding.fix) for finding in found)
    if safe == len(found):
        return "*"
    return "-" if safe else " "
