"""The last states of the file that is edited: who takes an edit back, or makes it again, finds what was known then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torchready.facts.memo import Forgotten, Memo, Read
from torchready.facts.source_file import SourceFile
from torchready.syntax import Trees

# A word typed and deleted again.
MAXIMUM_STEPS = 16


@dataclass(slots=True, eq=False)
class Step:
    """One edit between two states of a file, and which names it changed.

    `forgotten` is what was known in that one of the two which lies on the other side of the step now.
    """

    before: SourceFile
    after: SourceFile
    changed: tuple[Read, ...]
    forgotten: Forgotten


class RecentStates:
    """Steps that lead, one after the other and with nothing else in between, to a file as it is now and beyond."""

    def __init__(self, memo: Memo, trees: Trees) -> None:
        self._memo = memo
        self._trees = trees
        self._steps: list[Step] = []
        # How many of the steps lie behind the file as it is now; the others were taken back.
        self._place = 0
        self._current: SourceFile | None = None
        self._revision = 0

    def edited(self, before: SourceFile, after: SourceFile, changed: Iterable[Read]) -> None:
        """Forget what an edit changed, in such a way that it can be taken back."""
        if not self._follows(before):
            self._steps.clear()
            self._place = 0
        del self._steps[self._place :]
        reads = tuple(changed)
        self._steps.append(Step(before, after, reads, self._memo.forget(reads)))
        del self._steps[:-MAXIMUM_STEPS]
        self._place = len(self._steps)
        self._now(after)

    def again(self, current: SourceFile, content: str) -> SourceFile | None:
        """The file as it was when it last had this content, if that was a few edits ago or was just taken back; what
        was known of it then is known again.
        """
        if not self._follows(current):
            return None
        place = self._place_of(content)
        if place is None:
            return None
        while self._place > place:
            self._place -= 1
            self._cross(self._steps[self._place])
        while self._place < place:
            self._cross(self._steps[self._place])
            self._place += 1
        found = self._state(place)
        for piece in set(found.syntax.pieces).difference(current.syntax.pieces):
            self._trees.add(piece)
        self._now(found)
        return found

    def end(self, path: Path) -> None:
        """Nobody edits this file any more."""
        if self._current is not None and self._current.path == path:
            self._steps.clear()
            self._current = None

    def release_trees(self) -> None:
        """Give back the trees that only these states hold."""
        for step in self._steps:
            for piece in (*step.before.syntax.pieces, *step.after.syntax.pieces):
                piece.release()

    def _follows(self, before: SourceFile) -> bool:
        # Any other change may have been to something that was read for what a step holds.
        return self._current is before and self._revision == self._memo.revision

    def _place_of(self, content: str) -> int | None:
        """How many steps lie behind the nearest state with this content."""
        places = range(len(self._steps) + 1) if self._steps else ()
        for place in sorted(places, key=lambda place: abs(place - self._place)):
            syntax = self._state(place).syntax
            if syntax.length == len(content) and syntax.text.content == content:
                return place
        return None

    def _state(self, place: int) -> SourceFile:
        return self._steps[place - 1].after if place else self._steps[0].before

    def _cross(self, step: Step) -> None:
        known = self._memo.forget(step.changed)
        self._memo.restore(step.forgotten)
        step.forgotten = known

    def _now(self, file: SourceFile) -> None:
        self._current, self._revision = file, self._memo.revision
