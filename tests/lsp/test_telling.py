"""Verifications in a few words."""

from __future__ import annotations

import pytest

from torchready.finding import Finding, Position, Range, Severity
from torchready.lsp.telling import ago, shortened, summary
from torchready.probe.verification import CheckOutcome, Status, Verification


def outcome(name: str, status: Status, message: str | None = None, line: int | None = None) -> CheckOutcome:
    span = Range(Position(line or 0, 0), Position(line or 0, 1))
    found = Finding("TR490", "onnx-export-failed", message or "", Severity.ERROR, "net.py", span)
    return CheckOutcome(name, status, 0.1, message, findings=() if line is None else (found,))


def told(*checks: CheckOutcome) -> str:
    return summary(Verification("net:Net", checks, ()))


def test_what_passed_and_what_failed_where() -> None:
    passed = outcome("trace", Status.PASSED, "traced with 1 warning in your code", 3)
    failed = outcome("onnx", Status.FAILED, "the ONNX export fails: aten::svd has no translation", 41)
    assert told(passed, failed) == "trace passed, onnx failed: aten::svd has no translation at line 42"
    assert told() == "nothing checked"


def test_one_reason_is_told_once() -> None:
    export = outcome("export", Status.FAILED, "torch.export fails in both modes: a value decides", 12)
    onnx = outcome(
        "onnx", Status.FAILED, "the dynamo exporter fails: torch.export fails: a value decides", 12
    )
    assert told(export, onnx) == "export failed: a value decides at line 13, onnx failed at line 13"


def test_checks_that_another_kept_from_running_do_not_tell_its_reason_again() -> None:
    forward = outcome("forward", Status.FAILED, "forward fails on the dummy input: ValueError: no", 3)
    trace = outcome("trace", Status.SKIPPED, "not run: forward fails on the dummy input: ValueError: no")
    assert told(forward, trace) == "forward failed: ValueError: no at line 4, trace skipped"


def test_skipped_checks_have_a_reason_and_no_line() -> None:
    skipped = outcome("onnx", Status.SKIPPED, "onnxruntime is not installed")
    assert told(skipped) == "onnx skipped: onnxruntime is not installed"


@pytest.mark.parametrize(
    ("message", "short"),
    [
        ("forward fails on the dummy input: ValueError: cannot halve", "ValueError: cannot halve"),
        ("the model cannot be built: there is no module net", "there is no module net"),
        ("the run was killed after 120 seconds.\nIt was in ...", "the run was killed after 120 seconds"),
        (f"forward fails: {'very ' * 20}long", f"{'very ' * 15}very…"),
        ("x" * 100, "x" * 80 + "…"),
        ("aten::svd has no translation (line 14); aten::svd has none either", "aten::svd has no translation"),
        ("", ""),
    ],
)
def test_messages_are_cut_down_to_their_reason(message: str, short: str) -> None:
    assert shortened(message) == short


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "just now"), (1.34, "1.3 s ago"), (42, "42 s ago"), (300, "5 min ago"), (7200, "2 h ago")],
)
def test_ages(seconds: float, words: str) -> None:
    assert ago(seconds) == words
    assert ago(100_000) == "more than a day ago"
