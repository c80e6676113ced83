"""Where in a configuration file the entry of a model stands, for those who have something to say about it."""

from __future__ import annotations

from pathlib import Path

from torchready.config.load import SHARED_FILE, SHARED_TABLE, places_in
from torchready.finding import Position, Range

TOP = Range(Position(0, 0), Position(0, 0))


def place_of_model(source: Path, number: int) -> Range:
    """The `target` of the model with this number, counted from 0, in a file that was loaded before."""
    prefix = SHARED_TABLE if source.name == SHARED_FILE else ()
    try:
        text = source.read_text("utf-8-sig")
    except (OSError, UnicodeError):
        return TOP
    return places_in(text).of_value((*prefix, "model", number, "target"))
