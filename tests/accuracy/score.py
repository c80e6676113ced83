"""How much of what happened was found, and how much of what was said is right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

NOT_FOUND = "not found"
WRONG = "wrong"
AnyMiss = TypeVar("AnyMiss")


@dataclass
class Score(Generic[AnyMiss]):
    """Counts of one rule. `not_found` happened and nobody says so, `wrong` is said and did not happen."""

    found: int = 0
    right: int = 0
    not_judged: int = 0
    not_found: list[AnyMiss] = field(default_factory=list[AnyMiss])
    wrong: list[AnyMiss] = field(default_factory=list[AnyMiss])

    @property
    def misses(self) -> list[AnyMiss]:
        return [*self.not_found, *self.wrong]

    @property
    def recall(self) -> float:
        return _share(self.found, len(self.not_found))

    @property
    def precision(self) -> float:
        return _share(self.right, len(self.wrong))

    def __add__(self, other: Score[AnyMiss]) -> Score[AnyMiss]:
        return Score(
            self.found + other.found,
            self.right + other.right,
            self.not_judged + other.not_judged,
            self.not_found + other.not_found,
            self.wrong + other.wrong,
        )


def _share(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else 1.0
