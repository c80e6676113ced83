"""Models that fail in one way each, with what verify says written beside the code as end-of-line comments.

    return x * x.max().item()  # TR303@20-32 `.item()` takes a number out of a tensor | TR391@20-34 ...

A comment holds one expectation per finding that starts on its line: the code, the columns from 1 (`@20-34`, or
`@20-7:3` when it ends on another line), the severity where it is not an error or warning of the rule's own
(`information`), and the message. Below the docstring stand the checks with their messages, and how the model is run:

    # target: make_net          instead of Net
    # inputs: 2,5:int64 2,5     instead of 2,4; or the name of a function
    # dynamic-batch
    # opset: 17
    # exporters: dynamo
    # no model                  the file belongs to another one
    # forward passed
    # trace failed: ...

`python -m tests.probe.corpus [FILE...]` runs the models and writes what verify says into the files. Read the
difference: it is what the tests expect from then on.
"""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from torchready.config import InputConfig, ModelConfig
from torchready.config.model import ALL_CHECKS
from torchready.finding import Finding
from torchready.probe.client import Probe
from torchready.probe.verification import CheckOutcome, Request, Verification

MODELS = Path(__file__).parent / "models"
COMMENT = re.compile(r"  # (?=TR\d{3}@)")
CHECK = re.compile(rf"# (?:{'|'.join(ALL_CHECKS)}) (?:passed|failed|skipped)\b")
SETTING = re.compile(r"# (target|inputs|opset|exporters): (.+)")
# The last digits of numbers depend on the machine.
NUMBERS = re.compile(r"(?<=by up to )\S+")
SEPARATOR = " | "


@dataclass(frozen=True)
class Case:
    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def is_model(self) -> bool:
        return "# no model" not in self.text

    def config(self, *checks: str) -> ModelConfig:
        settings = dict(SETTING.findall(self.text))
        return ModelConfig(
            f"{self.path.name}:{settings.get('target', 'Net')}",
            inputs=self._inputs(settings.get("inputs", "2,4")),
            opset=int(settings["opset"]) if "opset" in settings else None,
            exporters=tuple(settings.get("exporters", "").split()),
            dynamic_batch="# dynamic-batch" in self.text,
            checks=checks or ALL_CHECKS,
            timeout=300.0,
        )

    def _inputs(self, written: str) -> tuple[InputConfig, ...] | str:
        if written.isidentifier():
            return f"{self.path.name}:{written}"
        pairs = [one.partition(":") for one in written.split()]
        return tuple(
            InputConfig(tuple(int(size) for size in shape.split(",")), dtype or "float32")
            for shape, _, dtype in pairs
        )

    def without_expectations(self) -> list[str]:
        return [COMMENT.split(line)[0] for line in self.text.split("\n") if not CHECK.match(line)]

    def expecting(self, verification: Verification, others: tuple[Path, ...] = ()) -> str:
        """The file with what a verification said in this file written into it."""
        lines = self.without_expectations()
        below = next(index for index, line in enumerate(lines) if line.endswith('"""')) + 1
        while lines[below].startswith("# "):
            below += 1
        outcomes = [f"# {_check(check)}" for check in verification.checks] if self.is_model else []
        moved = len(outcomes) - (len(self.text.split("\n")) - len(lines))
        said: dict[int, list[str]] = {}
        for finding in sorted(verification.findings):
            if Path(finding.filename) == self.path:
                said.setdefault(finding.range.start.line, []).append(_finding(finding, moved))
        before = self.text.split("\n")
        kept = [index for index, line in enumerate(before) if not CHECK.match(line)]
        for number, index in enumerate(kept):
            if index in said:
                lines[number] += f"  # {SEPARATOR.join(said[index])}"
        return "\n".join([*lines[:below], *outcomes, *lines[below:]])


def cases() -> list[Case]:
    return [Case(path) for path in sorted(MODELS.glob("*.py"))]


def _check(check: CheckOutcome) -> str:
    message = f": {check.message}" if check.message else ""
    return NUMBERS.sub("…", f"{check.name} {check.status.value}{message}")


def _finding(finding: Finding, moved: int) -> str:
    start, end = finding.range
    other_line = f"{end.line + 1 + moved}:" if end.line != start.line else ""
    severity = f" {finding.severity.value}" if finding.severity.value == "information" else ""
    message = NUMBERS.sub("…", finding.message)
    return f"{finding.code}@{start.column + 1}-{other_line}{end.column + 1}{severity} {message}"


async def write(paths: list[Path]) -> None:
    probe = Probe(sys.executable, MODELS)
    wanted = [case for case in cases() if not paths or case.path.resolve() in paths]
    try:
        await probe.warm_up()
        for case in wanted:
            if not case.is_model:
                continue
            verification = await probe.verify(Request(case.config(), MODELS), lambda event: None)
            touched = {case.path, *(Path(finding.filename) for finding in verification.findings)}
            for path in touched & {other.path for other in cases()}:
                path.write_text(Case(path).expecting(verification), encoding="utf-8")
            print(case.path.name, *(f"{check.name} {check.status.value}" for check in verification.checks))
    finally:
        await probe.close()


if __name__ == "__main__":
    asyncio.run(write([Path(name).resolve() for name in sys.argv[1:]]))
