"""Computed facts with what they were computed from, so that an edit drops only what depended on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")


class Read(NamedTuple):
    """Part of a file that a fact was read from.

    `name` is a top-level name, a class and one of its methods (`Net.forward`), or empty for the file's
    existence. A class's own name stands for its header, its assignments and which methods it has.
    """

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class _Summary:
    """A result that stands for much of the code but changes rarely, and how to find it anew."""

    value: object
    compute: Callable[[], object]
    default: object


@dataclass(slots=True)
class _Frame:
    """A running computation: what it has read and which remembered results it has used."""

    key: Hashable
    reads: set[Hashable] = field(default_factory=set[Hashable])
    summaries: dict[Hashable, _Summary] = field(default_factory=dict[Hashable, _Summary])
    is_provisional: bool = False


@dataclass(slots=True)
class _Result:
    value: object
    reads: frozenset[Hashable]
    summaries: dict[Hashable, _Summary]
    verified_in: int
    is_kept: bool


# What a change made forget, by key.
Forgotten: TypeAlias = dict[Hashable, _Result]


class Memo:
    """Remembers results by key, each with the reads and the other results it was computed from.

    A computation that asks for its own result again gets `default` in the inner call, which ends recursion
    through classes and names that refer to each other. What was computed with such a default is not kept.

    Results that were computed from a summary are dropped when the summary has another value, not already when
    something that the summary was read from changed.
    """

    def __init__(self) -> None:
        self._results: dict[Hashable, _Result] = {}
        self._dependents: dict[Hashable, set[Hashable]] = {}
        self._frames: list[_Frame] = [_Frame(None)]
        self._running: dict[Hashable, int] = {}
        self._forgotten: Forgotten = {}
        # Counts the changes.
        self.revision = 0

    def note(self, path: Path, name: str) -> None:
        """The running computation looked at this name."""
        self._frames[-1].reads.add(Read(path, name))

    def begin(self) -> None:
        """From now on, note what is read outside of all computations afresh."""
        self._frames[0] = _Frame(None)

    def noted_files(self) -> frozenset[Path]:
        """All files that were read since `begin`, directly or through remembered results."""
        found: set[Path] = set()
        pending: list[Hashable] = [*self._frames[0].reads, *self._frames[0].summaries]
        done: set[Hashable] = set()
        while pending:
            node = pending.pop()
            if isinstance(node, Read):
                found.add(node.path)
            elif node not in done:
                done.add(node)
                result = self._results.get(node)
                if result is not None:
                    pending += (*result.reads, *result.summaries)
        return frozenset(found)

    def get(self, key: Hashable, compute: Callable[[], T], default: T, *, is_summary: bool = False) -> T:
        """The result for a key, remembered or computed now."""
        result = self._results.get(key)
        if result is not None and result.summaries and result.verified_in != self.revision:
            result = self._valid(key)
        if result is None:
            running = self._running.get(key)
            if running is not None:
                for frame in self._frames[running + 1 :]:
                    frame.is_provisional = True
                return default
            result = self._compute(key, compute)
        used = self._frames[-1]
        if is_summary:
            used.summaries[key] = _Summary(result.value, compute, default)
            return result.value  # type: ignore[return-value]  # the key decides about the type
        if result.is_kept:
            used.reads.add(key)
        else:
            used.reads |= result.reads
        if result.summaries:
            used.summaries.update(result.summaries)
        return result.value  # type: ignore[return-value]  # the key decides about the type

    def _valid(self, key: Hashable) -> _Result | None:
        result = self._results.get(key)
        if result is None or result.verified_in == self.revision:
            return result
        for summary_key, summary in result.summaries.items():
            if self._summary_now(summary_key, summary) != summary.value:
                self._drop([key])
                return None
        result.verified_in = self.revision
        return result

    def _summary_now(self, key: Hashable, summary: _Summary) -> object:
        result = self._valid(key)
        if result is None:
            if key in self._running:
                return summary.default
            result = self._compute(key, summary.compute)
        return result.value

    def _compute(self, key: Hashable, compute: Callable[[], object]) -> _Result:
        self._running[key] = len(self._frames)
        frame = _Frame(key)
        self._frames.append(frame)
        try:
            value = compute()
        finally:
            self._frames.pop()
            del self._running[key]
        is_kept = not frame.is_provisional
        result = _Result(value, frozenset(frame.reads), frame.summaries, self.revision, is_kept)
        if is_kept:
            self._results[key] = result
            for read in result.reads:
                self._dependents.setdefault(read, set()).add(key)
        return result

    def forget(self, changed: Iterable[Read]) -> Forgotten:
        """Drop every result that was computed from one of these.

        What is dropped for this change, now or until the next one, is in the answer.
        """
        self.revision += 1
        self._forgotten = {}
        self._drop(changed)
        return self._forgotten

    def restore(self, forgotten: Forgotten) -> None:
        """Take back what one change made forget. All that was read for it must be again as it was before the change."""
        for key, result in forgotten.items():
            self._results[key] = result
            for read in result.reads:
                self._dependents.setdefault(read, set()).add(key)

    def _drop(self, changed: Iterable[Hashable]) -> None:
        pending: list[Hashable] = list(changed)
        while pending:
            node = pending.pop()
            result = self._results.pop(node, None)
            if result is not None:
                self._forgotten.setdefault(node, result)
            pending += self._dependents.pop(node, ())
