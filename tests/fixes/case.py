"""Fix cases: one file with a source, the expected outcome of each finding and the expected diff.

A case starts with lines `# key: value` (`inputs`, `profile`), then has the sections `-- source --`,
`-- outcomes --` (`line:column code message of the fix`, or `... no fix: reason`) and `-- diff --` of all
safe fixes to a fixpoint. `python -m tests.fixes.case` writes outcomes and diffs anew, to be read by a person.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.fixes.driver import analyser, look

from torchready.finding import Applicability
from torchready.fixes import fix_to_fixpoint
from torchready.text import Text

CASES = Path(__file__).parent / "cases"
SECTION = re.compile(r"^-- (source|outcomes|diff) --\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    name: str
    options: dict[str, str]
    source: str
    outcomes: str
    diff: str

    @property
    def operators(self) -> bool:
        return self.options.get("profile") == "aimet"

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        written = self.options.get("inputs", "2 3 8 8, 1 3 12 12")
        return [tuple(map(int, shape.split())) for shape in written.split(",")]

    def fixed(self, *, unsafe: bool = False) -> str:
        return fix_to_fixpoint(Text(self.source), analyser(self.operators), unsafe).text.content


def read(path: Path) -> Case:
    head, *sections = SECTION.split(path.read_text(encoding="utf-8"))
    options = dict(line.removeprefix("# ").split(": ", 1) for line in head.splitlines())
    parts = dict(zip(sections[::2], sections[1::2], strict=True))
    return Case(path.stem, options, parts["source"], parts.get("outcomes", ""), parts.get("diff", ""))


def cases() -> list[Case]:
    return [read(path) for path in sorted(CASES.glob("*.case"))]


def outcomes_of(case: Case) -> str:
    return "".join(_outcome_lines(case))


def diff_of(case: Case, fixed: str) -> str:
    before, after = case.source.splitlines(keepends=True), fixed.splitlines(keepends=True)
    lines = list(difflib.unified_diff(before, after, n=1))[2:]
    return "".join(line.rstrip("\n") + "\n" for line in lines)


def _outcome_lines(case: Case) -> Iterator[str]:
    for seen in look(Text(case.source), operators=case.operators):
        line, column = seen.finding.range.start
        fix = seen.finding.fix
        outcome = f"no fix: {seen.refusal}"
        if fix is not None:
            unsafe = "unsafe: " if fix.applicability is Applicability.UNSAFE else ""
            outcome = f"{unsafe}{fix.message}"
        yield f"{line + 1}:{column + 1} {seen.finding.code} {outcome}\n"


def write(case: Case) -> None:
    fresh = replace(case, outcomes=outcomes_of(case), diff=diff_of(case, case.fixed()))
    head = "".join(f"# {key}: {value}\n" for key, value in fresh.options.items())
    body = f"-- source --\n{fresh.source}-- outcomes --\n{fresh.outcomes}-- diff --\n{fresh.diff}"
    (CASES / f"{case.name}.case").write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    for found in cases():
        write(found)
