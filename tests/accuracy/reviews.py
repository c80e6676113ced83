"""Sums up the findings read by hand: python -m tests.accuracy.reviews [--write docs/accuracy.md]

One CSV per rule under reviews/DRAW/, as tests.accuracy.sample makes them. Fails while a verdict is missing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from tests.accuracy.document import replace_section, table

REVIEWS = Path(__file__).with_name("reviews")
# The oldest first; each with another seed, from what was reported then.
DRAWS = ("first", "second")
VERDICTS = ("right", "wrong")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="bring the tables of this page up to date")
    options = parser.parse_args()
    rows = {
        (path.stem, draw): _read(path) for draw in DRAWS for path in sorted((REVIEWS / draw).glob("TR*.csv"))
    }
    missing = [
        f"{rule}, {draw} draw: {row['file']}:{row['line']} has no verdict"
        for (rule, draw), reviewed in rows.items()
        for row in reviewed
        if row["verdict"] not in VERDICTS
    ]
    report = summary(rows)
    print(report)
    print(*missing, sep="\n", file=sys.stderr)
    if options.write and not missing:
        replace_section(options.write, "reviews", report)
    return 1 if missing else 0


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(rows: dict[tuple[str, str], list[dict[str, str]]]) -> str:
    ordered = sorted(rows, key=lambda key: (key[0], DRAWS.index(key[1])))
    counts = {key: Counter(row["verdict"] for row in rows[key]) for key in ordered}
    overview = table(
        ("rule", "draw", "read", *VERDICTS),
        [
            (rule, draw, len(rows[rule, draw]), *(count[verdict] for verdict in VERDICTS))
            for (rule, draw), count in counts.items()
        ],
    )
    wrong = [
        (rule, draw, f"{row['file']}:{row['line']}:{row['column']}", f"`{row['symbol']}`", row["note"])
        for rule, draw in ordered
        for row in rows[rule, draw]
        if row["verdict"] == "wrong"
    ]
    if not wrong:
        return overview
    details = table(("rule", "draw", "where", "symbol", "why it is wrong"), wrong)
    return f"{overview}\n\n{details}"


if __name__ == "__main__":
    sys.exit(main())
