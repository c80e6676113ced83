"""What a measurement says, as a row of a Markdown table."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One budget: what was measured, ours and the peer's figure, and the most that ours may be."""

    what: str
    ours: str
    peer: str
    budget: str
    share: float
    """Ours divided by the budget: at or below 1 is kept."""

    def __str__(self) -> str:
        return f"| {self.what} | {self.ours} | {self.peer} | {self.budget} | {self.share:.2f} |"


def table(rows: Sequence[Row]) -> str:
    head = ["| what | torchready | peer | budget | part of the budget used |", "|---|---|---|---|---|"]
    return "\n".join([*head, *map(str, rows)])


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def seconds(value: float) -> str:
    return f"{value:.2f} s"
