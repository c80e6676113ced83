"""The formats by the names that `--output-format` takes."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from torchready.output.listing import Listing


class Format(Protocol):
    def __call__(self, listing: Listing) -> str: ...


# Imported when asked for: a run pays for the one format it writes.
FORMATS = {
    "full": "full:full",
    "concise": "concise:concise",
    "json": "json_format:json_text",
    "json-lines": "json_format:json_lines",
    "github": "github:github",
    "gitlab": "gitlab:gitlab",
    "junit": "junit:junit",
    "sarif": "sarif:sarif",
}


def format_named(name: str) -> Format:
    """Raises KeyError for a name that is not in `FORMATS`."""
    module, function = FORMATS[name].split(":")
    return cast("Format", getattr(import_module(f"torchready.output.{module}"), function))
