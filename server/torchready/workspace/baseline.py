"""Findings that a project knows and lives with for now, so that only new ones are reported.

A known finding is told by its file, code, class and symbol, and by the text of its line. No line number is
kept: a finding that moves with its code stays known. Paths count from the baseline's folder.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from torchready.finding import Finding
from torchready.text import Text
from torchready.workspace.writing import write_in_one_step

VERSION = 1


class BaselineError(Exception):
    """A baseline that cannot be used. The message is for people and names the file."""


class Known(NamedTuple):
    """What tells a known finding; `class_name` and `symbol` are empty where a finding has none."""

    line: str
    code: str
    class_name: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Compared:
    """A file's findings against the baseline: those that are new, those it knows, and what is found no more."""

    new: tuple[Finding, ...]
    known: int
    stale: Counter[Known]


class Baseline:
    """Immutable. `files` maps paths, as the baseline writes them, to what is known in them and how often."""

    def __init__(self, place: Path, files: Mapping[str, Counter[Known]]) -> None:
        self.place = place
        self.files = files
        self._folder = str(place.absolute().parent)

    def compare(self, path: Path, text: Text, findings: Sequence[Finding]) -> Compared:
        """Of several equal findings, as many as are known count as known, the first ones first."""
        left = Counter(self.files.get(self.name_of(path), {}))
        if not left:
            return Compared(tuple(findings), 0, left)
        new: list[Finding] = []
        for finding in findings:
            key = _known(finding, text)
            if left[key] > 0:
                left[key] -= 1
            else:
                new.append(finding)
        return Compared(tuple(new), len(findings) - len(new), +left)

    def name_of(self, path: Path) -> str:
        try:
            return os.path.relpath(path, self._folder).replace(os.sep, "/")
        except ValueError:
            # Another drive, on Windows.
            return str(path)

    def path_of(self, name: str) -> Path:
        return Path(os.path.normpath(Path(self._folder, name)))


def known_in(text: Text, findings: Iterable[Finding]) -> Counter[Known]:
    return Counter(_known(finding, text) for finding in findings)


def read_baseline(place: Path) -> Baseline:
    """Raises `BaselineError`; `FileNotFoundError` when there is no such file."""
    try:
        raw = place.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BaselineError(f"{place} cannot be read: {(error.strerror or str(error)).lower()}") from error
    try:
        content: Any = json.loads(raw)
    except ValueError as error:
        raise BaselineError(f"{place} is no baseline: {error}") from error
    try:
        version: int = content["version"]
        files = _files(content) if version == VERSION else {}
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise BaselineError(f"{place} is no baseline: torchready did not write this") from error
    if version != VERSION:
        raise BaselineError(
            f"{place} was written by another version of torchready: remove it and write a new one"
        )
    return Baseline(place, files)


def write_baseline(baseline: Baseline) -> None:
    """Sorted, so that what changes between two of them is what changed in the project. Raises OSError."""
    findings = {name: _rows(known) for name, known in sorted(baseline.files.items()) if known}
    content = json.dumps({"version": VERSION, "findings": findings}, indent=2, ensure_ascii=False)
    write_in_one_step(baseline.place, f"{content}\n".encode("utf-8", "surrogatepass"))


def _known(finding: Finding, text: Text) -> Known:
    line = text.line(finding.range.start.line).strip()
    return Known(line, finding.code, finding.class_name or "", finding.symbol or "")


def _rows(known: Counter[Known]) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "class": one.class_name or None,
            "symbol": one.symbol or None,
            "line": one.line,
            "count": count,
        }
        for one, count in sorted(known.items())
    ]


def _files(content: dict[str, Any]) -> dict[str, Counter[Known]]:
    findings: dict[str, list[dict[str, Any]]] = content["findings"]
    return {name: _counted(rows) for name, rows in findings.items()}


def _counted(rows: Iterable[Mapping[str, Any]]) -> Counter[Known]:
    known: Counter[Known] = Counter()
    for row in rows:
        one = Known(row["line"], row["code"], row["class"] or "", row["symbol"] or "")
        known[one] += int(row["count"])
    return known
