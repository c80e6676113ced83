"""Reading the generated data files."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
# In front of a name in `aimet.json`: the layer on a weight that the model computes.
COMPUTED_WEIGHT = "computed weight of "


@cache
def load(name: str) -> dict[str, Any]:
    """The content of `data/<name>.json`, read once; callers must not change it."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
