"""Applying many fixes to one text: as many per pass as go together, until none is left."""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from torchready.finding import Applicability, Edit, Finding, Position, Range
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
    merged = _Merged()
    applied: list[Finding] = []
    isolations: set[str] = set()
    for finding in findings:
        fix = finding.fix
        if fix is None or fix.isolation in isolations or not all(map(merged.has_room_for, fix.edits)):
            continue
        merged.add(fix.edits)
        applied.append(finding)
        if fix.isolation is not None:
            isolations.add(fix.isolation)
    return merged.edits(), tuple(applied)


class _Merged:
    """Edits of several fixes that go together. Asking and adding takes no longer the more there are."""

    def __init__(self) -> None:
        # Replacements do not overlap, so these are sorted by their ends, too.
        self._replaced: list[Range] = []
        self._inserted: list[Position] = []
        self._at: dict[Range, list[Edit]] = {}
        self._known: set[Edit] = set()

    def edits(self) -> list[Edit]:
        return [edit for span in sorted(self._at) for edit in self._at[span]]

    def has_room_for(self, edit: Edit) -> bool:
        """An insertion conflicts with a replacement only inside of it; insertions keep their order."""
        start, end = edit.range
        if start == end:
            before = bisect_left(self._replaced, Range(start, start)) - 1
            return before < 0 or self._replaced[before].end <= start
        before = bisect_left(self._replaced, Range(end, end)) - 1
        if before >= 0 and self._replaced[before].end > start:
            return False
        inside = bisect_right(self._inserted, start)
        return inside == len(self._inserted) or self._inserted[inside] >= end

    def add(self, edits: Sequence[Edit]) -> None:
        """Edits of one more fix: lines that it shares with others once, its own between them."""
        for index, edit in enumerate(edits):
            if _adds_lines(edit) and edit in self._known:
                continue
            here = self._at.setdefault(edit.range, [])
            shared = next(
                (
                    later
                    for later in edits[index + 1 :]
                    if _shares_place(later, edit) and later in self._known
                ),
                None,
            )
            here.insert(len(here) if shared is None else _last_index(here, shared), edit)
            self._known.add(edit)
            start, end = edit.range
            if start == end:
                insort(self._inserted, start)
            else:
                insort(self._replaced, edit.range)


def _last_index(edits: Sequence[Edit], wanted: Edit) -> int:
    return next(index for index in range(len(edits) - 1, -1, -1) if edits[index] == wanted)


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
