"""The JSON schema of the configuration. `python -m torchready.config.schema` writes it anew."""

from __future__ import annotations

import json
from pathlib import Path

from torchready.config.input_kinds import DEFINITION, definition
from torchready.config.keys import TORCHREADY

SCHEMA_FILE = Path(__file__).with_name("torchready.schema.json")


def json_schema() -> str:
    """The schema of torchready.toml, and so of `tool.torchready` in pyproject.toml, as JSON."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "torchready",
        "description": "Settings of torchready: a torchready.toml, or [tool.torchready] of a pyproject.toml",
        **TORCHREADY.schema(),
        "definitions": {DEFINITION: definition()},
    }
    return json.dumps(schema, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(json_schema(), encoding="utf-8", newline="\n")
