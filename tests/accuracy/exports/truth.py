"""What the models of one library said when they were traced and exported, as `record.py` writes it.

Places are (file, line, column, end line, end column), lines from 1, columns from 0 in code points.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

Place = tuple[str, int, int, int, int]

TRACER_WARNING = "TR391"
COMPLETE = "complete"
NO_TRANSLATION = "has no ONNX translation"
# Of the stand-ins that make torchvision import beside a CPU build of torch: no failure of the library's.
OF_THE_ZOO = ("torchvision_on_cpu", "dynamo-optimized function")


@dataclass(frozen=True)
class Failure:
    """What one check said of one place. `code` is that of the run's finding."""

    library: str
    model: str
    check: str
    code: str
    message: str
    place: Place

    @property
    def location(self) -> str:
        return f"{self.place[0]}:{self.place[1]}"


@dataclass
class ModelTruth:
    library: str
    name: str
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def ran(self) -> bool:
        return self.status("forward") == "passed"

    def status(self, check: str) -> str:
        return self.answers.get(check, {}).get("status", "skipped")

    @cached_property
    def executed(self) -> dict[str, frozenset[int]]:
        """File -> lines that ran in eval mode, from 1."""
        lines: dict[str, list[int]] = self.answers.get("observed", {}).get("executed", {})
        return {file: frozenset(line + 1 for line in found) for file, found in lines.items()}

    @property
    def model_class(self) -> str:
        return self.answers.get("observed", {}).get("class", "")

    @cached_property
    def conversions(self) -> frozenset[Place]:
        """Where a tensor became a Python value; sizes are none."""
        found: list[dict[str, Any]] = self.answers.get("conversions", {}).get("seen", [])
        return frozenset(place for entry in found if (place := place_of(entry)))

    @cached_property
    def changed_attributes(self) -> frozenset[str]:
        return frozenset(name for _, name, _ in self._state.get("attributes", []))

    @property
    def draws_in_python(self) -> bool:
        return bool(self._state.get("python_random"))

    @property
    def _state(self) -> dict[str, Any]:
        return self.answers.get("state", {}).get("seen", {})

    @cached_property
    def not_evaluated(self) -> frozenset[Place]:
        """Expressions on lines that ran which did not run themselves, as the rest of `a and b`."""
        files: dict[str, list[list[int]]] = self.answers.get("partial lines", {}).get("seen", {})
        return frozenset(
            (file, line + 1, column, end_line + 1, end_column)
            for file, spans in files.items()
            for line, column, end_line, end_column in spans
        )

    @cached_property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(self._failures())

    def _failures(self) -> Iterator[Failure]:
        for check, answer in self.answers.items():
            if any(one in f"{answer.get('message')} {answer.get('detail')}" for one in OF_THE_ZOO):
                # Tracer warnings of before still count.
                yield from (one for one in self._of(check, answer) if one.code == TRACER_WARNING)
            # How the model fails as it is, is told by what it takes and gives.
            elif check != "as it is":
                yield from self._of(check, answer)

    def _of(self, check: str, answer: dict[str, Any]) -> Iterator[Failure]:
        for finding in answer.get("findings", []):
            place = place_of(finding)
            if place is not None:
                yield Failure(self.library, self.name, check, finding["code"], finding["message"], place)


def place_of(entry: dict[str, Any]) -> Place | None:
    if entry.get("filename") is None:
        return None
    line, column, end_line, end_column = entry["range"]
    return entry["filename"], line + 1, column, end_line + 1, end_column


def read(folder: Path) -> list[ModelTruth]:
    """All models of all libraries under a folder that `record.py` wrote, but those it was stopped at."""
    models = [_read(path) for path in sorted(folder.glob("*/*.jsonl"))]
    return [model for model in models if COMPLETE in model.answers]


def _read(path: Path) -> ModelTruth:
    answers: dict[str, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        answers[answer["name"]] = answer
    return ModelTruth(path.parent.name, path.stem, answers)
