"""`github`: workflow commands, which GitHub Actions turns into annotations of a pull request."""

from __future__ import annotations

from torchready.finding import Finding, Severity
from torchready.output.listing import Gap, Listing, place

COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def github(listing: Listing) -> str:
    gaps = "".join(_gap_command(listing, gap) for gap in listing.gaps)
    return gaps + "".join(_command(listing, finding) for finding in listing.findings)


def _gap_command(listing: Listing, gap: Gap) -> str:
    shown = listing.shown_name(gap.filename)
    properties: dict[str, object] = {"title": "torchready", "file": shown.replace("\\", "/")}
    if gap.position is not None:
        row, column = place(gap.position)
        properties |= {"line": row, "col": column}
        shown = f"{shown}:{row}:{column}"
    return f"::error {_written(properties)}::{_escaped(f'{shown}: {gap.message}')}\n"


def _command(listing: Listing, finding: Finding) -> str:
    row, column = place(finding.range.start)
    end_row, end_column = place(finding.range.end)
    shown = listing.shown_name(finding.filename)
    properties: dict[str, object] = {
        "title": f"torchready ({finding.code})",
        "file": shown.replace("\\", "/"),
        "line": row,
    }
    # GitHub refuses columns for annotations of several lines.
    if row == end_row:
        properties |= {"col": column, "endLine": end_row, "endColumn": end_column}
    else:
        properties |= {"endLine": end_row}
    message = f"{shown}:{row}:{column}: {finding.code} {finding.message}"
    return f"::{COMMANDS[finding.severity]} {_written(properties)}::{_escaped(message)}\n"


def _written(properties: dict[str, object]) -> str:
    return ",".join(f"{key}={_escaped_property(str(value))}" for key, value in properties.items())


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
