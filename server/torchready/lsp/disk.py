"""The texts of files as they are saved."""

from __future__ import annotations

from pathlib import Path

from torchready.text import Text


def text_on_disk(path: Path) -> Text | None:
    """A file's text, without the byte order mark that editors hide; None when it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return Text(file.read())
    except (OSError, ValueError):
        return None
