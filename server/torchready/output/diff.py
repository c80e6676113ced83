"""What fixes would change, as a unified diff that `patch` and `git apply` accept."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from torchready.output.terminal import Piece, render

NO_NEWLINE = "\\ No newline at end of file\n"
STYLES = {"+": "green", "-": "red", "@": "cyan"}


def unified(name: str, before: str, after: str, colored: bool) -> str:
    """The diff between two texts of one file; empty when they are equal."""
    return render(_pieces(name.replace("\\", "/"), before, after), colored)


def _pieces(name: str, before: str, after: str) -> Iterator[Piece]:
    lines = unified_diff(_lines(before), _lines(after), fromfile=name, tofile=name)
    for number, line in enumerate(lines):
        style = "bold" if number < 2 else STYLES.get(line[0], "")
        content = line.removesuffix("\n")
        yield Piece(content, style)
        yield Piece("\n")
        if content == line:
            yield Piece(NO_NEWLINE)


def _lines(content: str) -> list[str]:
    # A lone carriage return ends a line for Python but not for the programs that read diffs.
    return [piece + "\n" for piece in content.split("\n")[:-1]] + _unended(content)


def _unended(content: str) -> list[str]:
    last = content.rpartition("\n")[2]
    return [last] if last else []
