"""`python -m benchmarks [edit] [open] [start] [memory] [check] [verify]`"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from benchmarks import checking, editing, memory, opening, verifying
from benchmarks.peers import Corpus, corpus
from benchmarks.result import Row, table

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
START, END = "<!-- measured by nox -s bench: start -->", "<!-- measured by nox -s bench: end -->"
MEASUREMENTS: Mapping[str, Callable[[Corpus, Path], Iterable[Row]]] = {
    "edit": lambda corpus, scratch: editing.measure(corpus),
    "open": opening.measure_open,
    "start": lambda corpus, scratch: opening.measure_start(scratch),
    "memory": lambda corpus, scratch: memory.measure(corpus),
    "check": checking.measure,
    "verify": lambda corpus, scratch: verifying.measure(scratch),
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        print(f"no measurement called {unknown[0]}; there are {', '.join(MEASUREMENTS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    broken = [name for name in names or MEASUREMENTS if not measure(name, rows)]
    if not names and not broken:
        PAGE.write_text(with_results(PAGE.read_text(encoding="utf-8"), rows), encoding="utf-8")
    return 1 if broken else 0


def measure(name: str, rows: list[Row]) -> bool:
    """Add the rows of one measurement as they come; False when it broke, which leaves the others running."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            for row in MEASUREMENTS[name](corpus(), Path(scratch)):
                print(row, flush=True)
                rows.append(row)
    except (OSError, RuntimeError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return False
    return True


def with_results(page: str, rows: list[Row]) -> str:
    """The page with the tables between its markers replaced."""
    before, _, rest = page.partition(START)
    after = rest.partition(END)[2]
    system = f"{platform.system()} on {platform.machine()}"
    measured = (
        f"{date.today():%d %B %Y}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}"
    )
    return f"{before}{START}\nMeasured on {measured}.\n\n{table(rows)}\n{END}{after}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
