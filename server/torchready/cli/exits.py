"""Exit codes, a contract with scripts, and where to go when torchready itself is wrong."""

from __future__ import annotations

from enum import IntEnum

ISSUES = "https://github.com/torchready/torchready/issues"


class Exit(IntEnum):
    NOTHING_FOUND = 0
    FINDINGS = 1
    WRONG_USE = 2
    TOOL_FAILED = 3
    INTERRUPTED = 130
