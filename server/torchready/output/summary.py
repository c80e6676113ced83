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


def summary(findings: Sequence[Finding], fixed: int, unsafe: bool, complete: bool = True) -> str:
    """The last lines of a run. `unsafe` says whether unsafe fixes were asked for, `complete` whether all was read."""
    remaining = len(findings)
    if fixed:
        lines = [f"Found {_counted(fixed + remaining)} ({fixed} fixed, {remaining} remaining)."]
    elif remaining:
        lines = [f"Found {_counted(remaining)}."]
    else:
        return "All checks passed!\n" if complete else "No findings in what could be read.\n"
    return "\n".join(chain(lines, _offers(findings, unsafe))) + "\n"


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


def _counted(number: int) -> str:
    return f"{number} finding" if number == 1 else f"{number} findings"


def _fixable_mark(found: Sequence[Finding]) -> str:
    safe = sum(is_safe(finding.fix) for finding in found)
    if safe == len(found):
        return "*"
    return "-" if safe else " "
