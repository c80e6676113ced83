"""Why a failure that a run showed has no finding, or a finding no failure: looked at by a person, see reasons.toml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import tomllib
from tests.accuracy.exports.comparison import Miss

REASONS = Path(__file__).with_name("reasons.toml")


@dataclass(frozen=True)
class Reason:
    """`file` and `text`, the source line, may hold the wildcards of a shell.

    `only_a_run`: nothing of it stands in the source, so that it does not count as missed.
    """

    code: str
    file: str
    text: str
    reason: str
    only_a_run: bool = False

    def explains(self, miss: Miss, text: str) -> bool:
        return (
            self.code == miss.code and fnmatchcase(miss.place[0], self.file) and fnmatchcase(text, self.text)
        )


class Reasons:
    def __init__(self, site_of: dict[str, Path], reasons: Sequence[Reason] | None = None) -> None:
        self._site_of = site_of
        self._reasons = _read() if reasons is None else reasons

    def of(self, miss: Miss) -> Reason | None:
        text = self.text_of(miss)
        return next((reason for reason in self._reasons if reason.explains(miss, text)), None)

    def text_of(self, miss: Miss) -> str:
        """The line at which the place of a miss begins."""
        lines = _lines(self._site_of[miss.library] / miss.place[0])
        return lines[miss.place[1] - 1].strip()


def _read() -> list[Reason]:
    content = tomllib.loads(REASONS.read_text(encoding="utf-8"))
    return [Reason(**entry) for entry in content.get("miss", [])]


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")
