"""What is told besides findings, on standard error."""

from __future__ import annotations

import sys
from pathlib import Path

from torchready.cli.exits import ISSUES
from torchready.cli.options import CheckOptions
from torchready.finding import Range
from torchready.output.listing import place, shown_path
from torchready.output.terminal import Piece, render, visible, wants_color

STYLES = {"warning": "bold yellow", "error": "bold red"}


class Messages:
    """Prints warnings and errors, in colour where that is wanted."""

    def __init__(self, options: CheckOptions) -> None:
        self._options = options
        self._folder = Path.cwd()
        # Whether all that was asked for could be read and checked.
        self.complete = True
        self._colored = wants_color(sys.stderr, options.color)

    def warning(self, text: str) -> None:
        self._print("warning", text)

    def error(self, text: str) -> None:
        self._print("error", text)

    def note(self, text: str) -> None:
        """Something for `--verbose`."""
        if self._options.verbose:
            print(visible(text), file=sys.stderr)

    def summary(self, text: str) -> None:
        if not self._options.quiet:
            sys.stderr.write(text)

    def unreadable(self, path: Path, reason: str) -> None:
        self.complete = False
        self.warning(f"{self._shown(path)}: {reason}; it was not checked")

    def unparsed(self, path: Path, message: str, span: Range) -> None:
        self.complete = False
        row, column = place(span.start)
        where = f"{self._shown(path)}:{row}:{column}"
        self.warning(f"{where}: cannot be parsed: {message}; the rest of the file was checked")

    def refused(self, path: Path, reason: str) -> None:
        self.warning(f"{self._shown(path)}: {reason}")

    def failed(self, path: Path, report: str) -> None:
        """`report` is a traceback, whose last line says what happened."""
        self.complete = False
        if self._options.verbose:
            sys.stderr.write(report)
        happened = report.strip().rpartition("\n")[2]
        advice = "" if self._options.verbose else "; --verbose shows more"
        advice = f"Please report this at {ISSUES}" + (
            "" if self._options.verbose else "; --verbose shows more"
        )
        self.error(f"{self._shown(path)}: torchready failed on this file: {happened}. {advice}")

    def _print(self, kind: str, text: str) -> None:
        pieces = [Piece(kind, STYLES[kind]), Piece(f": {visible(text)}\n")]
        sys.stderr.write(render(pieces, self._colored))
        sys.stderr.flush()

    def _shown(self, path: Path) -> str:
        return shown_path(path, self._folder)
