"""The finding in the sample workspace that every editor shows and repairs."""

from __future__ import annotations

from pathlib import Path

FILE = "classifier.py"
CODE = "TR101"
# From 0, as editors count: line and column, twice.
RANGE = ((16, 12), (16, 18))
MESSAGE = (
    "`F.relu` is called as a function: AIMET and other tools that work on modules do not see it; "
    "make it an `nn.ReLU` in `__init__`"
)
FIX = "Use a module, `self.relu = nn.ReLU()`"


def fixed(before: str) -> str:
    """The file's text after the fix."""
    last_of_init = "        self.head = nn.Linear(16, classes)\n"
    assert before.count(last_of_init) == before.count("F.relu(") == 1
    return before.replace(last_of_init, f"{last_of_init}        self.relu = nn.ReLU()\n").replace(
        "F.relu(", "self.relu("
    )


def is_fixed(path: Path) -> bool:
    return "self.relu = nn.ReLU()" in path.read_text(encoding="utf-8")
