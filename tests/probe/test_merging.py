"""What the source says and what a run showed, as one list."""

from __future__ import annotations

from dataclasses import replace

from torchready.finding import Evidence, Finding, Position, Range, RelatedPlace, Severity
from torchready.probe.merging import about_the_model, merge, together
from torchready.probe.verification import CheckOutcome, ModuleNode, Observation, Place, Status, Verification

NET = "/project/net.py"


def at(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


def finding(
    code: str, place: Range, evidence: Evidence = Evidence.SOURCE, name: str | None = "Net"
) -> Finding:
    return Finding(code, code.lower(), "message", Severity.WARNING, NET, place, name, evidence=evidence)


def seen(code: str, place: Range) -> Finding:
    return finding(code, place, Evidence.RUN)


def verification(*found: Finding, lines: set[int], status: Status = Status.PASSED) -> Verification:
    module = ModuleNode("", "project.net.Net", 0, defined=Place(NET, at(0, 6, 9)))
    observation = Observation({NET: frozenset(lines)}, (module,), (), (), (), found)
    return Verification("net:Net", (CheckOutcome("forward", status),), tuple(found), observation)


def test_what_both_say_is_said_once() -> None:
    first = RelatedPlace(NET, at(3, 0, 4), "first used here")
    static = replace(finding("TR201", at(4, 8, 17)), related=(first,))
    run = replace(seen("TR201", at(4, 8, 17)), related=(replace(first, message="first call"),))
    assert merge([static], verification(run, lines={3, 4})) == (replace(static, evidence=Evidence.BOTH),)


def test_what_only_the_run_saw_is_added() -> None:
    run = seen("TR101", at(4, 8, 14))
    assert merge([], verification(run, lines={4})) == (run,)


def test_what_the_run_did_not_see_on_a_line_that_ran_is_a_hint_that_says_so() -> None:
    static = finding("TR101", at(4, 8, 14))
    (hint,) = merge([static], verification(lines={4}))
    assert hint.severity is Severity.HINT
    assert hint.message == "message (not seen when the model ran on its dummy input)"
    assert hint.evidence is Evidence.SOURCE


def test_a_line_that_did_not_run_and_a_run_that_broke_off_refute_nothing() -> None:
    static = finding("TR201", at(4, 8, 14))
    assert merge([static], verification(lines={5})) == (static,)
    assert merge([static], verification(lines={4}, status=Status.FAILED)) == (static,)


def test_a_run_refutes_only_what_a_forward_shows() -> None:
    registered = finding("TR203", at(4, 8, 14))
    assert merge([registered], verification(lines={4})) == (registered,)


def test_of_chained_calls_each_is_confirmed_by_its_own() -> None:
    inner, outer = finding("TR101", at(4, 8, 14)), finding("TR101", at(4, 8, 22))
    merged = merge([inner, outer], verification(seen("TR101", at(4, 8, 14)), lines={4}))
    assert [(each.range, each.evidence, each.severity) for each in merged] == [
        (inner.range, Evidence.BOTH, Severity.WARNING),
        (outer.range, Evidence.SOURCE, Severity.HINT),
    ]


def test_a_run_that_knows_only_the_line_confirms_what_is_on_it() -> None:
    """As with Python 3.10, which keeps no columns."""
    static = [finding("TR101", at(4, 8, 14)), finding("TR101", at(4, 20, 26)), finding("TR101", at(5, 0, 6))]
    merged = merge(static, verification(seen("TR101", at(4, 0, 40)), lines={4, 5}))
    assert [each.evidence for each in merged] == [Evidence.BOTH, Evidence.BOTH, Evidence.SOURCE]


def test_findings_of_other_classes_in_the_file_are_not_about_the_model() -> None:
    own, other = finding("TR101", at(4, 8, 14)), finding("TR101", at(14, 8, 14), name="Other")
    base = finding("TR101", at(24, 8, 14), name="Base")
    assert about_the_model([own, other, base], verification(lines={24})) == (own, base)


def test_what_several_models_share_is_said_once_with_what_the_runs_know_best() -> None:
    place = at(4, 8, 14)
    static, run = finding("TR101", place), seen("TR101", place)
    (confirmed,) = merge([static], verification(run, lines={4}))
    (refuted,) = merge([static], verification(lines={4}))
    (unseen,) = merge([static], verification(lines={9}))
    assert together([[refuted], [confirmed], [unseen]]) == [confirmed]
    assert together([[unseen], [refuted]]) == [refuted]
    other = seen("TR481", place)
    assert together([[other], [confirmed]]) == [confirmed, other]
