"""`concise`: one line per finding, for people in a hurry, editors and grep."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.finding import Finding
from torchready.output.listing import Listing, is_safe, place
from torchready.output.terminal import Piece, render, visible


def concise(listing: Listing) -> str:
    pieces = (piece for finding in listing.findings for piece in _line(listing, finding))
    return render(pieces, listing.colored)


def _line(listing: Listing, finding: Finding) -> Iterator[Piece]:
    row, column = place(finding.range.start)
    yield Piece(visible(listing.shown_name(finding.filename)), "bold")
    yield Piece(f":{row}:{column}: ")
    yield Piece(finding.code, "bold red")
    yield Piece(" ")
    if is_safe(finding.fix):
        yield Piece("[*]", "cyan")
        yield Piece(" ")
    yield Piece(f"{visible(finding.message)}\n")
