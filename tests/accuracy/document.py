"""Tables of Markdown, and the parts of a page that are generated between markers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    cells = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def replace_section(page: Path, name: str, content: str) -> None:
    """Puts content between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. Raises when the page lacks them."""
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"{page} has no section between <!-- {name}:begin --> and <!-- {name}:end -->")
    replaced = pattern.sub(lambda match: f"{match[1]}\n{content}\n\n{match[2]}", text)
    page.write_text(replaced, encoding="utf-8")
