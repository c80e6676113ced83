"""Applying many fixes to one text: as many per pass as go together, until none is left."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from torchready.finding import Applicability, Edit, Finding, Fix
from torchready.text import Text
from torchready.text.document import apply_edits

MAX_PASSES = 100


@dataclass(frozen=True, slots=True)
class FixedText:
    """A text after fixes, and the findings whose fixes went into it, in the order they were applied."""

    text: Text
    applied: tuple[Finding, ...]


def apply_compatible(
    text: Text, findings: Sequence[Finding], unsafe: bool = False
) -> tuple[Text, tuple[Finding, ...]]:
    """One pass: apply the fixes that go together, earlier findings first.

    Whole lines that several fixes add at one place, such as an import, are added once. Of fixes that overlap
    or share an isolation the first is applied. A fix whose result is not Python is dropped.
    """
    wanted = [finding for finding in sorted(findings) if _is_wanted(finding, unsafe)]
    merged, applied = _merge(text, wanted)
    if not applied:
        return text, ()
    result = Text(apply_edits(text, merged))
    if _parses(result) or not _parses(text):
        return result, applied
    return _apply_one_by_one(text, wanted)


def fix_to_fixpoint(
    text: Text, analyse: Callable[[Text], Sequence[Finding]], unsafe: bool = False
) -> FixedText:
    """Apply fixes and look again, until no finding has one that can be applied (or after MAX_PASSES)."""
    applied: list[Finding] = []
    for _ in range(MAX_PASSES):
        changed, done = apply_compatible(text, analyse(text), unsafe)
        if not done or changed.content == text.content:
            break
        text = changed
        applied += done
    return FixedText(text, tuple(applied))


def _is_wanted(finding: Finding, unsafe: bool) -> bool:
    return finding.fix is not None and (unsafe or finding.fix.applicability is Applicability.SAFE)


def _apply_one_by_one(text: Text, findings: Sequence[Finding]) -> tuple[Text, tuple[Finding, ...]]:
    good: list[Finding] = []
    for finding in findings:
        merged, applied = _merge(text, [*good, finding])
        if finding in applied and _parses(Text(apply_edits(text, merged))):
            good.append(finding)
    merged, applied = _merge(text, good)
    return Text(apply_edits(text, merged)), applied


def _merge(text: Text, findings: Iterable[Finding]) -> tuple[list[Edit], tuple[Finding, ...]]:
    merged: list[Edit] = []
    applied: list[Finding] = []
    isolations: set[str] = set()
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.isolation in isolations or not _fits(merged, fix):
            continue
        merged = _joined(merged, fix.edits)
        applied.append(finding)
        if fix.isolation is not None:
            isolations.add(fix.isolation)
    return merged, tuple(applied)


def _fits(merged: Sequence[Edit], fix: Fix) -> bool:
    return not any(_overlap(old, new) for new in fix.edits for old in merged)


def _overlap(one: Edit, other: Edit) -> bool:
    if one.range.start == one.range.end or other.range.start == other.range.end:
        # An insertion conflicts with a replacement only inside of it; insertions keep their order.
        return (
            one.range.start < other.range.start < one.range.end
            or other.range.start < one.range.start < other.range.end
        )
    return one.range.start < other.range.end and other.range.start < one.range.end


def _joined(merged: Sequence[Edit], edits: Sequence[Edit]) -> list[Edit]:
    """Edits of one more fix among those of others: shared lines once, its own between them."""
    joined = list(merged)
    for index, edit in enumerate(edits):
        if _adds_lines(edit) and edit in joined:
            continue
        shared = next(
            (later for later in edits[index + 1 :] if _shares_place(later, edit) and later in joined), None
        )
        joined.insert(joined.index(shared) if shared is not None else len(joined), edit)
    return sorted(joined, key=lambda edit: edit.range)


def _shares_place(one: Edit, other: Edit) -> bool:
    return one.range == other.range and _adds_lines(one)


def _adds_lines(edit: Edit) -> bool:
    """Whether an edit only adds whole lines; adding the same lines twice is never meant."""
    if edit.range.start != edit.range.end:
        return False
    return edit.content.endswith(("\n", "\r")) or edit.content.startswith(("\n", "\r"))


def _parses(text: Text) -> bool:
    try:
        ast.parse(text.content.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return False
    return True
