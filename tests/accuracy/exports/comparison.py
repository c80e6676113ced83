"""Static findings about traces and exports against what runs said, on the lines that ran.

A place of a run is a line or an expression, a static one an expression; both mean the same when they share a line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.accuracy.exports.truth import TRACER_WARNING, Failure, ModelTruth, Place
from tests.accuracy.findings import StaticFinding
from tests.accuracy.score import NOT_FOUND, WRONG, Score

CONVERSIONS = frozenset({"TR301", "TR302", "TR303"})
TRACING = frozenset({*CONVERSIONS, "TR304", "TR305", "TR306", "TR307"})
# Code of a run's finding -> codes of static findings that say the same.
FAMILIES = {
    "TR305": frozenset({"TR305"}),
    "TR390": TRACING,
    TRACER_WARNING: frozenset({*CONVERSIONS, "TR304"}),
    "TR392": TRACING,
    "TR393": TRACING,
    "TR403": frozenset({"TR403", "TR304"}),
    "TR490": TRACING | {"TR401", "TR402"},
    "TR491": TRACING | {"TR402", "TR403"},
}
COUNTED = ("error", "warning")
RIGHT, NOT_JUDGED = "right", "not judged"


@dataclass(frozen=True)
class Miss:
    """A failure that no finding names (`model` is where it was seen), or a finding that no run confirms."""

    kind: str
    code: str
    library: str
    place: Place
    message: str
    model: str = ""

    @property
    def location(self) -> str:
        return f"{self.place[0]}:{self.place[1]}"


class Comparison:
    """One library: its models that ran, and what was found in its files."""

    def __init__(self, models: Iterable[ModelTruth], findings: Iterable[StaticFinding]) -> None:
        self._models = [model for model in models if model.ran]
        self._findings = list(findings)
        self._by_file: dict[str, list[StaticFinding]] = defaultdict(list)
        for finding in self._findings:
            self._by_file[finding.file].append(finding)
        self._judges: dict[str, Callable[[StaticFinding, ModelTruth], str]] = {
            **dict.fromkeys(CONVERSIONS, _judged_conversion),
            "TR305": _judged_boundary,
            "TR306": _judged_state,
            "TR307": _judged_call,
            **dict.fromkeys(("TR401", "TR402"), _judged_operation),
            "TR403": _judged_batch,
        }

    # What was said, against what happened

    def precision(self) -> dict[str, Score[Miss]]:
        """By code, the findings that count: warnings and errors on lines that ran."""
        scores: dict[str, Score[Miss]] = defaultdict(Score[Miss])
        for finding in self._findings:
            if finding.severity not in COUNTED or finding.code not in self._judges:
                continue
            ran = [model for model in self._models if _was_evaluated(finding, model)]
            if ran:
                self._count(scores[finding.code], finding, ran)
        return scores

    def _count(self, score: Score[Miss], finding: StaticFinding, ran: Sequence[ModelTruth]) -> None:
        verdicts = {self._judges[finding.code](finding, model) for model in ran}
        if RIGHT in verdicts:
            score.right += 1
        elif WRONG in verdicts:
            library, place = ran[0].library, finding.span.within(finding.file)
            score.wrong.append(Miss(WRONG, finding.code, library, place, finding.message, ran[0].name))
        else:
            score.not_judged += 1

    # What happened, against what was said

    def recall(self) -> dict[str, Score[Miss]]:
        """By code of the run, each place once."""
        scores: dict[str, Score[Miss]] = defaultdict(Score[Miss])
        seen: set[tuple[str, str, int]] = set()
        for model in self._models:
            for failure in failures_of(model):
                key = (failure.code, failure.place[0], failure.place[1])
                if key in seen:
                    continue
                seen.add(key)
                if self._is_found(failure):
                    scores[failure.code].found += 1
                else:
                    scores[failure.code].not_found.append(
                        Miss(
                            NOT_FOUND,
                            failure.code,
                            failure.library,
                            failure.place,
                            failure.message,
                            failure.model,
                        )
                    )
        return scores

    def _is_found(self, failure: Failure) -> bool:
        fitting = FAMILIES[failure.code]
        return any(
            finding.code in fitting and share_a_line(finding.span.within(finding.file), failure.place)
            for finding in self._by_file[failure.place[0]]
        )


def failures_of(model: ModelTruth) -> list[Failure]:
    """Without the tracer's warnings of sizes: those are right for inputs of the example's shape."""
    return [
        failure
        for failure in model.failures
        if failure.code in FAMILIES and (failure.code != TRACER_WARNING or _is_of_a_tensor(failure, model))
    ]


def _is_of_a_tensor(failure: Failure, model: ModelTruth) -> bool:
    return any(share_a_line(failure.place, place) for place in model.conversions)


def share_a_line(one: Place, other: Place) -> bool:
    return one[0] == other[0] and one[1] <= other[3] and other[1] <= one[3]


def _was_evaluated(finding: StaticFinding, model: ModelTruth) -> bool:
    """Whether its line ran, and itself on the line: `b` of `a and b` does not always."""
    lines = model.executed.get(finding.file, frozenset())
    place = finding.span.within(finding.file)
    return finding.span.line in lines and not any(holds(place, one) for one in model.not_evaluated)


def holds(inner: Place, outer: Place) -> bool:
    """Whether a place lies within another, or is it."""
    return inner[0] == outer[0] and outer[1:3] <= inner[1:3] and inner[3:] <= outer[3:]


def _confirmed(finding: StaticFinding, model: ModelTruth) -> bool:
    place = finding.span.within(finding.file)
    return any(
        finding.code in FAMILIES[failure.code] and share_a_line(place, failure.place)
        for failure in failures_of(model)
    )


def _judged_conversion(finding: StaticFinding, model: ModelTruth) -> str:
    """A trace that ran to its end warns of every tensor that becomes a Python value."""
    if _confirmed(finding, model):
        return RIGHT
    return WRONG if model.status("trace") == "passed" or _went_on(finding, model) else NOT_JUDGED


def _went_on(finding: StaticFinding, model: ModelTruth) -> bool:
    """Whether the results differed only: the trace itself ran to its end."""
    codes = {found["code"] for found in model.answers.get("trace", {}).get("findings", [])}
    return model.status("trace") == "failed" and "TR390" not in codes


def _judged_boundary(finding: StaticFinding, model: ModelTruth) -> str:
    """Only the model's own forward is the boundary."""
    if _confirmed(finding, model):
        return RIGHT
    return WRONG if model.model_class.endswith(f".{finding.class_name}") else NOT_JUDGED


def _judged_state(finding: StaticFinding, model: ModelTruth) -> str:
    name = (finding.symbol or "").rpartition(".")[2]
    return RIGHT if _confirmed(finding, model) or name in model.changed_attributes else WRONG


def _judged_call(finding: StaticFinding, model: ModelTruth) -> str:
    return RIGHT if _confirmed(finding, model) or model.draws_in_python else WRONG


def _judged_operation(finding: StaticFinding, model: ModelTruth) -> str:
    """By the exporter that the finding is about."""
    check = "torchscript" if "dynamo=False" in finding.message.partition(";")[0] else "dynamo"
    if _confirmed(finding, model):
        return RIGHT
    if finding.code == "TR402" and any(one.code == "TR491" and one.check == check for one in model.failures):
        return RIGHT
    return WRONG if model.status(check) == "passed" else NOT_JUDGED


def _judged_batch(finding: StaticFinding, model: ModelTruth) -> str:
    return {"failed": RIGHT, "passed": WRONG}.get(model.status("batch"), NOT_JUDGED)
