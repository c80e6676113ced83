"""Computed facts with what they were computed from, so that an edit drops only what depended on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

T = TypeVar("T")


class Read(NamedTuple):
    """A top-level name of a file that a fact was read from; an empty name stands for the file's existence."""

    path: Path
    name: str


class Memo:
    """Remembers results by key, each with the reads made while it was computed.

    A computation that asks for its own result again gets `default` in the inner call, which ends recursion
    through classes and names that refer to each other.
    """

    def __init__(self) -> None:
        self._results: dict[Hashable, tuple[object, frozenset[Read]]] = {}
        self._dependents: dict[Read, set[Hashable]] = {}
        self._reading: list[set[Read]] = [set()]
        self._running: set[Hashable] = set()

    def note(self, path: Path, name: str) -> None:
        """The running computation looked at this name."""
        self._reading[-1].add(Read(path, name))

    def begin(self) -> None:
        """From now on, note what is read outside of all computations afresh."""
        self._reading[0].clear()

    def noted(self) -> frozenset[Read]:
        """All that was read since `begin`, directly or through remembered results."""
        return frozenset(self._reading[0])

    def get(self, key: Hashable, compute: Callable[[], T], default: T) -> T:
        known = self._results.get(key)
        if known is not None:
            self._reading[-1] |= known[1]
            return cast(T, known[0])
        if key in self._running:
            return default
        self._running.add(key)
        self._reading.append(set())
        try:
            result = compute()
        finally:
            reads = self._reading.pop()
            self._running.discard(key)
        self._results[key] = (result, frozenset(reads))
        for read in reads:
            self._dependents.setdefault(read, set()).add(key)
        self._reading[-1] |= reads
        return result

    def reads(self, key: Hashable) -> frozenset[Read]:
        known = self._results.get(key)
        return known[1] if known is not None else frozenset()

    def forget(self, changed: Iterable[Read]) -> None:
        """Drop every result that was computed from one of these."""
        for read in changed:
            for key in self._dependents.pop(read, ()):
                self._results.pop(key, None)

    def forget_all(self) -> None:
        self._results.clear()
        self._dependents.clear()
