"""The checks of one model, one after the other, each told as soon as it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from .channel import Emit
from .checks import export, forward, onnx, trace
from .outcomes import FAILED, SKIPPED, Outcome, in_one_line, report_of
from .subject import Subject

# Cheapest first. Forward is always run: the others need what it shows.
CHECKS: dict[str, Callable[[Subject], Outcome]] = {
    "forward": forward.check,
    "trace": trace.check,
    "export": export.check,
    "onnx": onnx.check,
}


def run_checks(subject: Subject, wanted: Sequence[str], emit: Emit) -> None:
    """Emits everything that is to be said; raises nothing that the user's code or torch raises.

    Whoever calls has told that the first of the wanted checks has started: building the model belongs to it.
    """
    started = time.perf_counter()
    forward_outcome = _outcome("forward", subject)
    emit({"event": "observed", **subject.observation.as_json()})
    if forward_outcome.status == FAILED:
        _failed(wanted, forward_outcome, time.perf_counter() - started, emit)
        return
    if "forward" in wanted:
        _tell("forward", forward_outcome, started, emit)
    for name in CHECKS:
        if name in wanted and name != "forward":
            started = time.perf_counter()
            emit({"event": "check-started", "check": name})
            _tell(name, _outcome(name, subject), started, emit)


def _failed(wanted: Sequence[str], outcome: Outcome, seconds: float, emit: Emit) -> None:
    """A model that does not run fails the first check that was wanted, whichever that is."""
    first = "forward" if "forward" in wanted else wanted[0]
    emit({"event": "check-ended", **outcome.as_json(first, seconds)})
    for name in wanted:
        if name != first:
            skipped = Outcome(SKIPPED, f"not run: {outcome.message}")
            emit({"event": "check-ended", **skipped.as_json(name, 0.0)})


def _tell(name: str, outcome: Outcome, started: float, emit: Emit) -> None:
    emit({"event": "check-ended", **outcome.as_json(name, time.perf_counter() - started)})


def _outcome(name: str, subject: Subject) -> Outcome:
    try:
        return CHECKS[name](subject)
    except Exception as error:
        # Ours, not the user's: no finding blames their code for it.
        message = f"the check itself broke; please report it: {in_one_line(error)}"
        return Outcome(SKIPPED, message, report_of(error))
