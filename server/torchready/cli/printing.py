"""Findings on standard output, or in a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from torchready.cli.options import CheckOptions, OutputOptions
from torchready.finding import Finding
from torchready.output.formats import format_named
from torchready.output.listing import Gap, Listing
from torchready.output.terminal import wants_color

# Everything else is for programs, which expect UTF-8 whatever the terminal speaks.
FORMATS_FOR_PEOPLE = ("full", "concise")


def print_findings(
    findings: Sequence[Finding],
    options: CheckOptions,
    texts: dict[str, str] | None = None,
    to_error: bool = False,
    gaps: Sequence[Gap] = (),
) -> None:
    """Print in the chosen format. `texts` and `gaps` as in `Listing`."""
    colored = is_colored(options, to_error)
    text = _text(Listing(findings, Path.cwd(), colored, texts or {}, gaps), options)
    print_text(text, options, to_error)


def is_colored(options: OutputOptions, to_error: bool = False) -> bool:
    if options.output_format not in FORMATS_FOR_PEOPLE or options.output_file is not None:
        return False
    return wants_color(sys.stderr if to_error else sys.stdout, options.color)


def print_text(text: str, options: OutputOptions, to_error: bool = False) -> None:
    """Print what is in the chosen format, or write it to the chosen file."""
    if options.output_file is not None:
        write_file(options.output_file, text, "--output-file")
    elif options.output_format in FORMATS_FOR_PEOPLE or to_error:
        stream = sys.stderr if to_error else sys.stdout
        # A terminal that lacks a character of somebody's source line is no reason to fail.
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    else:
        print_bytes(text.encode("utf-8", "backslashreplace"))


def print_bytes(content: bytes) -> None:
    """Past the text layer, which would translate line endings on some systems."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _text(listing: Listing, options: CheckOptions) -> str:
    if not options.statistics:
        return format_named(options.output_format)(listing)
    from torchready.output.summary import statistics, statistics_json

    in_json = options.output_format in ("json", "json-lines")
    return statistics_json(listing.findings) if in_json else statistics(listing.findings)


def write_file(path: Path, text: str, option: str) -> None:
    """Write what an option asked for; the option is named where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.UsageError(f"{option} {path} cannot be written: {reason}") from error
