"""Random findings for reading by hand: python -m tests.accuracy.sample FOLDER TR101 [--seed 1] [--count 100]

Prints each finding with the lines around it. With --verdicts FILE it also writes a CSV with a line per
finding and an empty verdict: read them, write `right` or `wrong` and a note, and keep it under reviews/.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.accuracy.corpus import LIBRARIES, PROFILE
from tests.accuracy.findings import StaticFinding, check

CONTEXT = 6
COLUMNS = ("file", "line", "column", "symbol", "verdict", "note")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("rule")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--verdicts", type=Path)
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    libraries = [library for library in LIBRARIES if (folder / library).is_dir()]
    checked = check(folder, libraries, [options.rule], PROFILE)
    drawn = draw(checked.findings, options.count, options.seed)
    for number, finding in enumerate(drawn, 1):
        print(f"--- {number}/{len(drawn)} {excerpt(folder, finding)}\n")
    if options.verdicts:
        write_template(options.verdicts, drawn)
    return 0


def draw(findings: Sequence[StaticFinding], count: int, seed: int) -> list[StaticFinding]:
    """The same findings for the same seed, in the order of their places."""
    ordered = sorted(findings, key=lambda finding: (finding.file, finding.span))
    chosen = random.Random(seed).sample(ordered, min(count, len(ordered)))
    return sorted(chosen, key=lambda finding: (finding.file, finding.span))


def excerpt(folder: Path, finding: StaticFinding) -> str:
    lines = (folder / finding.file).read_text(encoding="utf-8").split("\n")
    line, column, end_line, end_column = finding.span
    first = max(1, line - CONTEXT)
    shown = [f"{finding.file}:{line}:{column + 1} {finding.code} {finding.symbol}", f"    {finding.message}"]
    for number in range(first, min(len(lines), line + CONTEXT) + 1):
        shown.append(f"{number:6} {lines[number - 1]}")
        if number == line:
            width = (end_column if end_line == line else len(lines[number - 1])) - column
            shown.append(" " * (7 + column) + "^" * max(1, width))
    return "\n".join(shown)


def write_template(path: Path, findings: Sequence[StaticFinding]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for finding in findings:
            writer.writerow(
                (finding.file, finding.span.line, finding.span.column + 1, finding.symbol, "", "")
            )


if __name__ == "__main__":
    sys.exit(main())
