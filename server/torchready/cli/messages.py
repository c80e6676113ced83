"""What is told besides findings, on standard error."""

from __future__ import annotations

import sys
from pathlib import Path

from torchready.cli.exits import ISSUES, Exit
from torchready.cli.options import MessageOptions
from torchready.finding import Position, Range
from torchready.output.listing import Gap, place, shown_path
from torchready.output.terminal import Piece, render, visible, wants_color

STYLES = {"warning": "bold yellow", "error": "bold red"}


class Messages:
    """Prints warnings and errors, in colour where that is wanted."""

    def __init__(self, options: MessageOptions) -> None:
        self._options = options
        self._folder = Path.cwd()
        self.gaps: list[Gap] = []
        self.colored = wants_color(sys.stderr, options.color)

    @property
    def complete(self) -> bool:
        """Whether all that was asked for could be read and checked."""
        return not self.gaps

    def exit_code(self, is_failure: bool) -> Exit:
        """What nobody could check is no better than what was found, unless findings do not matter either."""
        return (
            Exit.FINDINGS if (is_failure or self.gaps) and not self._options.exit_zero else Exit.NOTHING_FOUND
        )

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
        self._gap(path, f"{reason}; it was not checked")

    def unparsed(self, path: Path, message: str, span: Range) -> None:
        self._gap(path, f"cannot be parsed: {message}; the rest of the file was checked", span.start)

    def refused(self, path: Path, reason: str) -> None:
        self.warning(f"{self._shown(path)}: {reason}")

    def failed(self, path: Path, report: str) -> None:
        """`report` is a traceback, whose last line says what happened."""
        if self._options.verbose:
            sys.stderr.write(report)
        happened = report.strip().rpartition("\n")[2]
        advice = f"Please report this at {ISSUES}" + (
            "" if self._options.verbose else "; --verbose shows more"
        )
        self._gap(path, f"torchready failed on this file: {happened}. {advice}")

    def _gap(self, path: Path, message: str, position: Position | None = None) -> None:
        self.gaps.append(Gap(str(path), message, position))
        row_and_column = "" if position is None else "".join(f":{number}" for number in place(position))
        self.error(f"{self._shown(path)}{row_and_column}: {message}")

    def _print(self, kind: str, text: str) -> None:
        pieces = [Piece(kind, STYLES[kind]), Piece(f": {visible(text)}\n")]
        sys.stderr.write(render(pieces, self.colored))
        sys.stderr.flush()

    def _shown(self, path: Path) -> str:
        return shown_path(path, self._folder)
