"""Sweeps the corpus: python -m tests.accuracy.corpus FOLDER [--write docs/accuracy.md]

FOLDER holds unpacked libraries (`nox -s corpus` fetches them). Prints how often each rule found something in
each library, and fails when `torchready check` cannot read a file or fails on it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.accuracy.document import replace_section, table
from tests.accuracy.findings import StaticFinding, check

LIBRARIES = ("torchvision", "transformers", "timm")
PROFILE = "aimet"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="bring the table of this page up to date")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    libraries = [library for library in LIBRARIES if (folder / library).is_dir()]
    if not libraries:
        parser.error(f"{folder} holds none of {', '.join(LIBRARIES)}; fetch them with nox -s corpus")
    findings: dict[str, list[StaticFinding]] = {}
    problems: list[str] = []
    for library in libraries:
        started = time.monotonic()
        checked = check(folder, [library], ["TR"], PROFILE)
        findings[library] = checked.findings
        problems += checked.problems
        seconds = time.monotonic() - started
        print(f"{library}: {len(findings[library])} findings in {seconds:.0f} s", file=sys.stderr)
    report = summary(folder, findings)
    print(report)
    if options.write:
        replace_section(options.write, "corpus", report)
    print(*problems, sep="\n", file=sys.stderr)
    return 1 if problems else 0


def summary(folder: Path, findings: dict[str, list[StaticFinding]]) -> str:
    libraries = list(findings)
    counts = {library: Counter(finding.code for finding in findings[library]) for library in libraries}
    safe = Counter(
        finding.code for library in libraries for finding in findings[library] if finding.fix == "safe"
    )
    codes = sorted({code for counter in counts.values() for code in counter})
    rows: list[Sequence[object]] = [
        (code, *(counts[library][code] for library in libraries), safe[code]) for code in codes
    ]
    rows.append(("lines read", *(_lines(folder / library) for library in libraries), ""))
    return table(("rule", *libraries, "of them with a safe fix"), rows)


def _lines(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main())
