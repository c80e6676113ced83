"""Which findings count as right, and which failures as found."""

from __future__ import annotations

from typing import Any

from tests.accuracy.exports.comparison import Comparison
from tests.accuracy.exports.truth import ModelTruth
from tests.accuracy.findings import StaticFinding
from tests.accuracy.source_calls import Span

FILE = "tiny/net.py"
BOOLEAN = "the tracer warns: Converting a tensor to a Python boolean might cause the trace to be incorrect"


def finding(code: str, line: int, columns: tuple[int, int] = (11, 20), **other: Any) -> StaticFinding:
    given = {"symbol": None, "class_name": "Net", "message": "", "severity": "warning", **other}
    return StaticFinding(code, FILE, Span(line, columns[0], line, columns[1]), fix=None, **given)


def said(code: str, line: int, message: str = BOOLEAN) -> dict[str, Any]:
    """A finding of a run, with lines from 0."""
    return {"code": code, "message": message, "filename": FILE, "range": [line - 1, 8, line - 1, 30]}


def model(**answers: dict[str, Any]) -> ModelTruth:
    """A model of which lines 1 to 20 ran; checks that are not given passed."""
    ran: dict[str, dict[str, Any]] = {
        "observed": {"class": "tiny.net.Net", "executed": {FILE: list(range(20))}, "findings": []},
        "forward": {"status": "passed"},
        **{check: {"status": "passed"} for check in ("trace", "export", "dynamo", "torchscript", "batch")},
    }
    return ModelTruth(
        "tiny", "net", {**ran, **{name.replace("_", " "): one for name, one in answers.items()}}
    )


def judged(truth: ModelTruth, *findings: StaticFinding) -> tuple[int, int, int]:
    """Right, wrong, not judged."""
    scores = Comparison([truth], findings).precision().values()
    return (
        sum(score.right for score in scores),
        sum(len(score.wrong) for score in scores),
        sum(score.not_judged for score in scores),
    )


def warned(line: int) -> dict[str, Any]:
    return {"status": "passed", "findings": [said("TR391", line)]}


def converted(line: int) -> dict[str, Any]:
    return {"seen": [{"filename": FILE, "range": [line - 1, 11, line - 1, 20], "what": "__bool__"}]}


def test_a_branch_is_right_where_the_tracer_warns_of_a_tensor() -> None:
    assert judged(model(trace=warned(5), conversions=converted(5)), finding("TR301", 5)) == (1, 0, 0)


def test_a_warning_of_sizes_is_none_of_a_tensor() -> None:
    assert judged(model(trace=warned(5), conversions={"seen": []}), finding("TR301", 5)) == (0, 1, 0)


def test_a_branch_is_wrong_where_a_whole_trace_says_nothing() -> None:
    assert judged(model(), finding("TR301", 5)) == (0, 1, 0)


def test_a_branch_behind_the_end_of_a_trace_is_not_judged() -> None:
    stopped = {"status": "failed", "findings": [said("TR390", 3, "torch.jit.trace fails")]}
    assert judged(model(trace=stopped), finding("TR301", 5)) == (0, 0, 1)


def test_a_failing_export_confirms_a_branch() -> None:
    assert judged(
        model(export={"status": "failed", "findings": [said("TR393", 5)]}), finding("TR301", 5)
    ) == (1, 0, 0)


def test_what_did_not_run_does_not_count() -> None:
    partial = {"seen": {FILE: [[4, 10, 4, 25]]}}
    assert judged(model(), finding("TR301", 25)) == (0, 0, 0)
    assert judged(model(partial_lines=partial), finding("TR301", 5)) == (0, 0, 0)


def test_information_does_not_count() -> None:
    assert judged(model(), finding("TR304", 5, severity="information")) == (0, 0, 0)


def test_an_operation_is_judged_by_its_own_exporter() -> None:
    failed = {"status": "failed", "findings": [said("TR490", 5, "aten::svd has no ONNX translation")]}
    newer = finding("TR401", 5, message="no translation in torch's exporter (`dynamo=True`, opset 18)")
    older = finding("TR401", 6, message="no translation in torch's exporter (`dynamo=False`, opset 17)")
    assert judged(model(dynamo=failed), newer) == (1, 0, 0)
    assert judged(model(dynamo=failed), older) == (0, 1, 0)
    assert judged(model(torchscript={"status": "skipped"}), older) == (0, 0, 1)


def test_only_the_models_own_forward_takes_and_gives() -> None:
    assert judged(model(), finding("TR305", 5)) == (0, 1, 0)
    assert judged(model(), finding("TR305", 5, class_name="Part")) == (0, 0, 1)


def test_a_change_of_state_is_right_where_the_attribute_changed() -> None:
    state = {"seen": {"attributes": [["tiny.net.Net", "steps", "assigned"]]}}
    assert judged(model(state=state), finding("TR306", 5, symbol="self.steps")) == (1, 0, 0)
    assert judged(model(state=state), finding("TR306", 5, symbol="self.other")) == (0, 1, 0)


def test_a_failure_is_found_by_a_fitting_code_at_its_line_of_any_severity() -> None:
    truth = model(trace=warned(5), conversions=converted(5))
    for one, found in (
        (finding("TR303", 5, severity="information"), 1),
        (finding("TR401", 5), 0),
        (finding("TR303", 6), 0),
    ):
        score = Comparison([truth], [one]).recall()["TR391"]
        assert (score.found, len(score.not_found)) == (found, 1 - found)


def test_a_place_counts_once_however_many_models_run_into_it() -> None:
    truth = model(export={"status": "failed", "findings": [said("TR393", 5)]})
    assert len(Comparison([truth, truth], []).recall()["TR393"].not_found) == 1
