"""The last states of the file that is edited: who takes an edit back finds what was known before it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from torchready.facts.memo import Forgotten, Memo, Read
from torchready.facts.source_file import SourceFile
from torchready.syntax import Trees

# A word typed and deleted again.
MAXIMUM_STEPS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One edit: what it left, which names it changed, and what was not known any more for it."""

    before: SourceFile
    changed: tuple[Read, ...]
    forgotten: Forgotten


class RecentStates:
    """Steps that lead, one after the other and with nothing else in between, to a file as it is now."""

    def __init__(self, memo: Memo, trees: Trees) -> None:
        self._memo = memo
        self._trees = trees
        self._steps: deque[Step] = deque(maxlen=MAXIMUM_STEPS)
        self._current: SourceFile | None = None
        self._revision = 0

    def edited(self, before: SourceFile, after: SourceFile, changed: Iterable[Read]) -> None:
        """Forget what an edit changed, in such a way that it can be taken back."""
        if not self._follows(before):
            self._steps.clear()
        reads = tuple(changed)
        self._steps.append(Step(before, reads, self._memo.forget(reads)))
        self._now(after)

    def back(self, current: SourceFile, content: str) -> SourceFile | None:
        """The file as it was when it last had this content, if that was a few edits ago; what was known of it then is
        known again.
        """
        if not self._follows(current):
            return None
        found = self._step_from(content)
        if found is None:
            return None
        step = self._take_back()
        while step is not found:
            step = self._take_back()
        for piece in set(step.before.syntax.pieces).difference(current.syntax.pieces):
            self._trees.add(piece)
        self._now(step.before)
        return step.before

    def end(self, path: Path) -> None:
        """Nobody edits this file any more."""
        if self._current is not None and self._current.path == path:
            self._steps.clear()
            self._current = None

    def release_trees(self) -> None:
        """Give back the trees that only these states hold."""
        for step in self._steps:
            for piece in step.before.syntax.pieces:
                piece.release()

    def _follows(self, before: SourceFile) -> bool:
        # Any other change may have been to something that was read for what a step holds.
        return self._current is before and self._revision == self._memo.revision

    def _step_from(self, content: str) -> Step | None:
        for step in reversed(self._steps):
            syntax = step.before.syntax
            if syntax.length == len(content) and syntax.text.content == content:
                return step
        return None

    def _take_back(self) -> Step:
        step = self._steps.pop()
        self._memo.forget(step.changed)
        self._memo.restore(step.forgotten)
        return step

    def _now(self, file: SourceFile) -> None:
        self._current, self._revision = file, self._memo.revision
