"""Reading the generated data files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def load(name: str) -> dict[str, Any]:
    """The content of `data/<name>.json`, read once; callers must not change it."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
