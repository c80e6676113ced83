"""What every format is given, and what several of them need."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from torchready.finding import Applicability, Finding, Fix, Position
from torchready.rules.rule import DOCUMENTATION_ROOT
from torchready.text import Text
from torchready.workspace.reading import SourceReadError, read_source

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be checked: a file without text, or text that is not Python from `position` on."""

    filename: str
    message: str
    position: Position | None = None


@dataclass(frozen=True)
class Listing:
    """Sorted findings with what is needed to show them.

    Paths under `folder` are shown relative to it. `texts` holds the text of files that cannot be read
    from disk: standard input. `gaps` are no findings: a format shows them where its readers have a place for
    such things, and the command line tells them all.
    """

    findings: Sequence[Finding]
    folder: Path
    colored: bool = False
    texts: dict[str, str] = field(default_factory=dict[str, str])
    gaps: Sequence[Gap] = ()

    def shown_name(self, filename: str) -> str:
        return shown_path(filename, self.folder)

    def text(self, filename: str) -> Text | None:
        """None when the file cannot be read any more."""
        if filename not in self._texts_read:
            self._texts_read[filename] = _read(filename)
        return self._texts_read[filename]

    @cached_property
    def _texts_read(self) -> dict[str, Text | None]:
        return {name: Text(content) for name, content in self.texts.items()}


def shown_path(path: str | Path, folder: Path) -> str:
    """The path as a person in `folder` would write it."""
    text = str(path)
    prefix = f"{folder}{os.sep}"
    return text[len(prefix) :] if text.startswith(prefix) else text


def place(position: Position) -> tuple[int, int]:
    """Row and column from 1; the column counts code points."""
    return position.line + 1, position.column + 1


def is_safe(fix: Fix | None) -> bool:
    return fix is not None and fix.applicability is Applicability.SAFE


def rule_url(code: str) -> str:
    # Not through the registry: loading all rules costs more than printing what a cache remembers.
    return f"{DOCUMENTATION_ROOT}/{code}.md"


def fingerprints(listing: Listing) -> list[str]:
    """One stable name per finding, kept when lines above it come or go.

    Made of what the finding says, the file's name and its line's text; equal ones are numbered in order.
    """
    seen: dict[str, int] = {}
    names: list[str] = []
    for finding in listing.findings:
        text = listing.text(finding.filename)
        line = text.line(finding.range.start.line).strip() if text else ""
        parts = (
            finding.code,
            listing.shown_name(finding.filename),
            finding.class_name or "",
            finding.symbol or "",
        )
        key = "\0".join((*parts, line))
        seen[key] = seen.get(key, 0) + 1
        names.append(sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogateescape")).hexdigest())
    return names


def counts(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings by code, the most frequent first, then by code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return dict(sorted(by_code.items(), key=lambda item: (-len(item[1]), item[0])))


def _read(filename: str) -> Text | None:
    try:
        return Text(read_source(Path(filename)).text)
    except SourceReadError:
        return None
