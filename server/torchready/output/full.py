"""`full`: each finding with the lines of code it is about."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.finding import Applicability, Finding, Range, Severity
from torchready.output.listing import Listing, is_safe, place
from torchready.output.terminal import Piece, render, shown_line, visible
from torchready.text import Text

LINES_AROUND = 2
MOST_LINES_MARKED = 6
STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "bold yellow",
    Severity.INFORMATION: "bold blue",
    Severity.HINT: "bold cyan",
}
FRAME = "bold blue"


def full(listing: Listing) -> str:
    pieces = (piece for finding in listing.findings for piece in _finding(listing, finding))
    return render(pieces, listing.colored)


def _finding(listing: Listing, finding: Finding) -> Iterator[Piece]:
    style = STYLES[finding.severity]
    yield Piece(finding.code, style)
    if is_safe(finding.fix):
        yield Piece(" ")
        yield Piece("[*]", "cyan")
    yield Piece(f" {visible(finding.message)}", "bold")
    yield Piece("\n")
    yield from _excerpt(listing, finding.filename, finding.range, "^", style)
    for place_ in finding.related:
        yield Piece("note", "bold green")
        yield Piece(f": {visible(place_.message)}\n")
        yield from _excerpt(listing, place_.filename, place_.range, "-", "green", around=0)
    if finding.fix:
        yield Piece("help", "bold cyan")
        unsafe = " (unsafe fix)" if finding.fix.applicability is Applicability.UNSAFE else ""
        yield Piece(f": {visible(finding.fix.message)}{unsafe}\n")
    yield Piece("\n")


def _excerpt(
    listing: Listing, filename: str, span: Range, mark: str, style: str, around: int = LINES_AROUND
) -> Iterator[Piece]:
    text = listing.text(filename)
    first, last = _lines_to_show(text, span, around)
    gutter = len(str(last + 1))
    row, column = place(span.start)
    yield Piece(f"{' ' * gutter}--> ", FRAME)
    yield Piece(f"{visible(listing.shown_name(filename))}:{row}:{column}\n")
    if text is None or span.start.line >= text.line_count:
        return
    yield Piece(f"{' ' * gutter} |\n", FRAME)
    for number in range(first, last + 1):
        yield from _line(text, number, gutter, span, mark, style)
    yield Piece(f"{' ' * gutter} |\n", FRAME)


def _lines_to_show(text: Text | None, span: Range, around: int) -> tuple[int, int]:
    if text is None:
        return span.start.line, span.start.line
    end = min(span.end.line, span.start.line + MOST_LINES_MARKED - 1)
    first, last = max(span.start.line - around, 0), min(end + around, text.line_count - 1)
    while first < span.start.line and not text.line(first).strip():
        first += 1
    while last > end and not text.line(last).strip():
        last -= 1
    return first, max(last, first)


def _line(text: Text, number: int, gutter: int, span: Range, mark: str, style: str) -> Iterator[Piece]:
    line = text.line(number)
    marked = span.start.line <= number <= span.end.line
    start = span.start.column if number == span.start.line else len(line) - len(line.lstrip())
    end = span.end.column if number == span.end.line else len(line)
    printed, from_column, to_column = shown_line(line, start, end)
    yield Piece(f"{number + 1:>{gutter}} |", FRAME)
    yield Piece(f" {printed}\n" if printed else "\n")
    if marked and (line.strip() or number == span.start.line):
        yield Piece(f"{' ' * gutter} |", FRAME)
        yield Piece(f" {' ' * from_column}")
        yield Piece(mark * max(to_column - from_column, 1), style)
        yield Piece("\n")
