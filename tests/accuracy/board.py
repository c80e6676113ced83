"""What the scoreboards have in common: their command line, where libraries are, and how they end."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.accuracy.document import replace_section


@dataclass(frozen=True)
class Options:
    """`truth` is what was recorded, `site` holds the libraries, `page` is to be brought up to date."""

    truth: Path
    site: Path | None
    page: Path | None

    def site_of(self, library: str) -> Path:
        return (self.site or imported_from(library)).resolve()


def read_options(description: str | None) -> Options:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--site", type=Path, help="folder that holds the libraries")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="bring the tables of this page up to date")
    options = parser.parse_args()
    return Options(options.truth, options.site, options.write)


def publish(options: Options, section: str, tables: Sequence[str]) -> None:
    report = "\n\n".join(tables)
    print(report)
    if options.page is not None:
        replace_section(options.page, section, report)


def exit_code(problems: Sequence[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def imported_from(library: str) -> Path:
    """The folder that holds a library."""
    found = importlib.util.find_spec(library)
    if found is None or found.origin is None:
        raise SystemExit(f"{library} is not installed here; install it or name its folder with --site")
    return Path(found.origin).parent.parent
