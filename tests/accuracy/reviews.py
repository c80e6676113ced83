"""Sums up the findings read by hand: python -m tests.accuracy.reviews [--write docs/accuracy.md]

One CSV per rule under reviews/, as tests.accuracy.sample makes them. Fails while a verdict is missing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from pathlib import Path

from tests.accuracy.document import replace_section, table

REVIEWS = Path(__file__).with_name("reviews")
VERDICTS = ("right", "wrong")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="bring the tables of this page up to date")
    options = parser.parse_args()
    rows = {path.stem: _read(path) for path in sorted(REVIEWS.glob("TR*.csv"))}
    missing = [
        f"{rule}: {row['file']}:{row['line']} has no verdict"
        for rule, reviewed in rows.items()
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


def summary(rows: dict[str, list[dict[str, str]]]) -> str:
    counts = {rule: Counter(row["verdict"] for row in reviewed) for rule, reviewed in rows.items()}
    overview = table(
        ("rule", "read", *VERDICTS),
        [
            (rule, len(rows[rule]), *(count[verdict] for verdict in VERDICTS))
            for rule, count in counts.items()
        ],
    )
    wrong = [
        (rule, f"{row['file']}:{row['line']}:{row['column']}", f"`{row['symbol']}`", row["note"])
        for rule, reviewed in rows.items()
        for row in reviewed
        if row["verdict"] == "wrong"
    ]
    if not wrong:
        return overview
    details = table(("rule", "where", "symbol", "why it is wrong"), wrong)
    return f"{overview}\n\n{details}"


if __name__ == "__main__":
    sys.exit(main())
