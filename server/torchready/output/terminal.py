"""Styled text for terminals. Without colour nothing is imported and the text is what it says."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from rich.style import Style

TAB_WIDTH = 4
CONTROL_PICTURES = 0x2400
DELETE, DELETE_PICTURE = 0x7F, "\u2421"
# Unicode's directional controls could make a line read as something else than it is.
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Cs"}


class Piece(NamedTuple):
    """Text in one style, written as rich writes styles: `bold red`."""

    text: str
    style: str = ""


def wants_color(stream: TextIO, choice: str = "auto") -> bool:
    """Whether to colour what goes to this stream. `choice` is auto, always or never."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def render(pieces: Iterable[Piece], colored: bool) -> str:
    if not colored:
        return "".join(piece.text for piece in pieces)
    return "".join(_painted(*piece) for piece in pieces)


def visible(text: str) -> str:
    """The text without characters that would steer the terminal instead of being shown."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def shown_line(line: str, start: int, end: int) -> tuple[str, int, int]:
    """A line as it is printed, and the printed columns of two columns in code points."""
    pieces: list[str] = []
    columns = [0]
    for character in line:
        printed = " " * (TAB_WIDTH - columns[-1] % TAB_WIDTH) if character == "\t" else _shown(character)
        pieces.append(printed)
        columns.append(columns[-1] + width(printed))
    last = len(columns) - 1
    return "".join(pieces), columns[min(start, last)], columns[min(end, last)]


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _shown(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    if ord(character) < 0x20:
        return chr(CONTROL_PICTURES + ord(character))
    if ord(character) == DELETE:
        return DELETE_PICTURE
    return "\ufffd" if unicodedata.category(character) in INVISIBLE_CATEGORIES else character


def _painted(text: str, style: str) -> str:
    if not style:
        return text
    from rich.color import ColorSystem

    # Each line by itself, so that a pager which shows single lines keeps the colours.
    lines = text.split("\n")
    return "\n".join(_style(style).render(line, color_system=ColorSystem.STANDARD) for line in lines)


@lru_cache(maxsize=32)
def _style(style: str) -> Style:
    from rich.style import Style

    return Style.parse(style)
