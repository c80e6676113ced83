"""Findings against truth, on the expressions that were executed.

A finding stands at the callee (`self.relu`), truth at the call (`self.relu(x)`). A finding at a call that no
model executed is not judged; neither is a reuse whose other use never ran, for nobody saw whether it is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.accuracy.findings import StaticFinding
from tests.accuracy.score import NOT_FOUND, WRONG, Score
from tests.accuracy.source_calls import Call, SourceFile, Span
from tests.accuracy.truth import LOOP_REUSE, REUSE, Place, Truth, place_of

from torchready.torch_api.functionals import find_functional

FUNCTIONAL_RULES = ("TR101", "TR102")
REUSE_RULES = ("TR201", "TR202")


@dataclass(frozen=True)
class Miss:
    """`kind` is NOT_FOUND (it ran, no finding) or WRONG (a finding, and it did not happen)."""

    library: str
    rule: str
    kind: str
    place: Place
    expression: str
    detail: str
    model: str

    @property
    def location(self) -> str:
        """Clickable: file:line:column, counted from 1."""
        return f"{self.place[0]}:{self.place[1]}:{self.place[2] + 1}"


class Comparison:
    """One library. `source_of` reads a file given relative to where the library is."""

    def __init__(
        self, truth: Truth, findings: Iterable[StaticFinding], source_of: Callable[[str], SourceFile]
    ) -> None:
        self._truth = truth
        self._source_of = lru_cache(maxsize=None)(source_of)
        self._findings = list(findings)
        self._codes_at: dict[tuple[str, Span], set[str]] = {}
        for finding in self._findings:
            self._codes_at.setdefault((finding.file, finding.span), set()).add(finding.code)
        self._executed = {
            (file, call.callee): call
            for file, spans in truth.executed.items()
            for call in (self._source_of(file).calls[Span(*span)] for span in spans)
        }

    # Layers as functions

    def functional(self, rule: str) -> Score[Miss]:
        score = Score[Miss]()
        expected = self._expected_functionals()
        for place, (codes, api, model) in expected.items():
            if rule != ("TR102" if "TR102" in codes else "TR101"):
                continue
            if self._reported(place) & codes:
                score.found += 1
            else:
                score.not_found.append(self._miss(rule, NOT_FOUND, place, api, model))
        ran = {place_of(call) for call in self._truth.functional.values() if _is_layer(call["api"])}
        for finding in self._findings:
            if finding.code == rule:
                self._judge(score, finding, lambda place: place in ran, self._was_in_the_arm_that_ran)
        return score

    def _was_in_the_arm_that_ran(self, finding: StaticFinding, place: Place, call: Call) -> bool:
        """Not when something else ran at `act(x)` after `act = nn.GELU() if ... else F.relu`."""
        name = (finding.symbol or "").rpartition(".")[2]
        one_of_several = name in self._source_of(finding.file).names_in_one_arm
        ran = {place_of(functional) for functional in self._truth.functional.values()}
        return not (one_of_several and (place in self._truth.module_calls or place in ran))

    def _expected_functionals(self) -> dict[Place, tuple[frozenset[str], str, str]]:
        expected: dict[Place, tuple[frozenset[str], str, str]] = {}
        for call in self._truth.functional.values():
            codes = _codes_for(call["api"], call["takes_parameters"])
            if codes:
                expected[place_of(call)] = (codes, call["api"], call["models"][0])
        return expected

    # Reuse

    def reuse(self, rules: tuple[str, ...] = REUSE_RULES) -> Score[Miss]:
        """With both rules: any finding of the two counts. With one: that very rule at its kind of reuse."""
        kinds = {kind for kind, rule in ((REUSE, "TR201"), (LOOP_REUSE, "TR202")) if rule in rules}
        score = Score[Miss]()
        places: dict[Place, list[dict[str, Any]]] = {}
        for reuse in self._truth.reuse.values():
            if reuse["kind"] in kinds:
                places.setdefault(place_of(reuse), []).append(reuse)
        for place, reuses in places.items():
            through = [place_of(step) for reuse in reuses for step in reuse["through"]]
            if any(self._reported(candidate) & {*rules} for candidate in (place, *through)):
                score.found += 1
            else:
                first = reuses[0]
                detail = f"{first['kind']} of {first['module']}"
                score.not_found.append(
                    self._miss("/".join(rules), NOT_FOUND, place, detail, first["models"][0])
                )
        seen = {place_of(entry) for entry in self._truth.reuse.values()}
        seen |= {place_of(step) for entry in self._truth.reuse.values() for step in entry["through"]}
        for finding in self._findings:
            if finding.code in rules:
                self._judge(score, finding, lambda place: place in seen, self._could_have_been_reused)
        return score

    def _could_have_been_reused(self, finding: StaticFinding, place: Place, call: Call) -> bool:
        """Whether what the finding says would have been seen: the loop turned twice, the other use ran."""
        module_call = self._truth.module_calls.get(place)
        if module_call is None or module_call["repeated"]:
            return True
        if finding.code == "TR202" or self._is_helper_that_ran_in_part(place[0], call):
            return False
        return any(
            other != place and other[0] == place[0] and self._is_earlier_use(place[0], other, call)
            for other in self._truth.module_calls
        )

    def _is_helper_that_ran_in_part(self, file: str, call: Call) -> bool:
        """Whether the call stands in a helper that is called from a place that never ran."""
        if call.function in (None, "forward"):
            return False
        callers = [
            other
            for other in self._source_of(file).calls.values()
            if other.callee_text == f"self.{call.function}" and other.class_name == call.class_name
        ]
        return any((file, other.callee) not in self._executed for other in callers)

    def _is_earlier_use(self, file: str, other: Place, call: Call) -> bool:
        """Whether another call may run the same module before this one: in one function, what ends before."""
        there = self._source_of(file).calls[Span(*other[1:])]
        if there.callee_text != call.callee_text or there.class_name != call.class_name:
            return False
        return there.function != call.function or there.span[2:] < call.span[2:]

    # Both

    def _reported(self, place: Place) -> set[str]:
        """Codes of findings at the callee of this call, or at an argument (`checkpoint(self.a, x)`)."""
        call = self._source_of(place[0]).calls[Span(*place[1:])]
        codes: set[str] = set()
        for span in (call.callee, *call.arguments):
            codes |= self._codes_at.get((place[0], span), set())
        return codes

    def _judge(
        self,
        score: Score[Miss],
        finding: StaticFinding,
        happened: Callable[[Place], bool],
        could_have: Callable[[StaticFinding, Place, Call], bool],
    ) -> None:
        call = self._executed.get((finding.file, finding.span))
        if call is None:
            score.not_judged += 1
            return
        place = call.span.within(finding.file)
        if happened(place):
            score.right += 1
        elif could_have(finding, place, call):
            score.wrong.append(self._miss(finding.code, WRONG, place, finding.message, ""))
        else:
            score.not_judged += 1

    def _miss(self, rule: str, kind: str, place: Place, detail: str, model: str) -> Miss:
        expression = self._source_of(place[0]).calls[Span(*place[1:])].callee_text
        return Miss(self._truth.library, rule, kind, place, expression, detail, model)


def _is_layer(api: str) -> bool:
    row = find_functional(api)
    return row is not None and row.category != "no_module"


def _codes_for(api: str, takes_parameters: bool) -> frozenset[str]:
    """Rules of which one must have reported a call; empty when nothing must be reported."""
    row = find_functional(api)
    if row is None or row.category == "no_module" or row.group == "flatten":
        # AIMET passes flatten as math-invariant: the report may name it and need not.
        return frozenset()
    if row.weights and (row.category == "never" or takes_parameters):
        return frozenset({"TR101", "TR102"})
    return frozenset({"TR101"})
