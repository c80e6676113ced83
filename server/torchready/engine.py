"""(document, configuration, workspace) -> findings. The only door for `lsp` and `cli`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.finding import Finding, Range
from torchready.text import Change, Text

if TYPE_CHECKING:
    from torchready.config import Config


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where the text is not Python. The rest of the file is analysed all the same."""

    message: str
    range: Range


@dataclass(frozen=True, slots=True)
class Report:
    """What is known about one text: findings sorted by place, suppressions and configuration applied."""

    findings: tuple[Finding, ...]
    syntax_problems: tuple[SyntaxProblem, ...]
    # Line spans (start, end) that do not parse now; an editor may keep older findings there.
    broken: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after fixes were applied to a fixpoint."""

    text: str
    applied: tuple[Finding, ...]
    remaining: Report


class Snapshot:
    """One immutable state of one document; edits make a new one that shares what they left alone."""

    path: Path
    text: Text


class Engine:
    """Analyses texts under one configuration and one workspace root.

    Not thread safe: one thread drives an engine. `root` is the folder against which imports and
    `per-file-ignores` are resolved.
    """

    def __init__(self, config: Config, root: Path) -> None:
        raise NotImplementedError

    def open(self, path: Path, text: str) -> Snapshot:
        raise NotImplementedError

    def edit(self, snapshot: Snapshot, changes: Sequence[Change]) -> Snapshot:
        """Changes apply one after the other, each to the result of those before it."""
        raise NotImplementedError

    def close(self, path: Path) -> None:
        """From now on the file's text is what stands on disk."""
        raise NotImplementedError

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files changed on disk; forget what was read from them."""
        raise NotImplementedError

    def report(self, snapshot: Snapshot) -> Report:
        raise NotImplementedError

    def check(self, path: Path, text: str) -> Report:
        """The report on a text from scratch."""
        return self.report(self.open(path, text))

    def fix_all(self, path: Path, text: str, *, unsafe: bool = False) -> Fixed:
        """Apply safe fixes (and unsafe ones when asked) until none is left."""
        raise NotImplementedError
