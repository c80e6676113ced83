"""Where in a configuration file the entry of a model stands, for those who have something to say about it."""

from __future__ import annotations

from pathlib import Path

from torchready.config.load import SHARED_FILE, SHARED_TABLE
from torchready.finding import Range


def place_of_model(source: Path, number: int) -> Range:
    """The `target` of the model with this number, counted from 0, in a file that was loaded before."""
    # Imported here because it brings a parser that is needed only to point at something.
    from torchready.config.places import TOP, Places

    prefix = SHARED_TABLE if source.name == SHARED_FILE else ()
    try:
        places = Places(source.read_text("utf-8-sig"))
    except (OSError, UnicodeError):
        return TOP
    return places.of_value((*prefix, "model", number, "target"))
