"""How messages show code."""

from __future__ import annotations

import ast

LONGEST_EXPRESSION = 60


def shortened(node: ast.expr | ast.stmt) -> str:
    """Code on one line, cut where it is long."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_EXPRESSION else text[: LONGEST_EXPRESSION - 3].rstrip() + "..."
