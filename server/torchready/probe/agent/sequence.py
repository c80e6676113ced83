"""The checks of one model, one after the other, each told as soon as it ends."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, Callable

from .checks import export, forward, onnx, trace
from .outcomes import FAILED, SKIPPED, Outcome, in_one_line, report_of
from .subject import Subject

Emit = Callable[[dict[str, Any]], None]

# Cheapest first. Forward is always run: the others need what it shows.
CHECKS: dict[str, Callable[[Subject], Outcome]] = {
    "forward": forward.check,
    "trace": trace.check,
    "export": export.check,
    "onnx": onnx.check,
}


def run_checks(subject: Subject, wanted: Iterable[str], emit: Emit) -> None:
    """Emits everything that is to be said; raises nothing that the user's code or torch raises."""
    wanted = set(wanted)
    stopped = _forward(subject, emit)
    for name in CHECKS:
        if name == "forward" or name not in wanted:
            continue
        if stopped is not None:
            emit({"event": "check-ended", **Outcome(SKIPPED, stopped).as_json(name, 0.0)})
            continue
        emit({"event": "check-started", "check": name})
        _tell(name, subject, emit)


def _forward(subject: Subject, emit: Emit) -> str | None:
    """Emits what was observed before the check's own end. Returns why the other checks are not run."""
    emit({"event": "check-started", "check": "forward"})
    started = time.perf_counter()
    outcome = _outcome("forward", subject)
    seconds = time.perf_counter() - started
    emit({"event": "observed", **subject.observation.as_json()})
    emit({"event": "check-ended", **outcome.as_json("forward", seconds)})
    return f"not run, because {outcome.message}" if outcome.status == FAILED else None


def _tell(name: str, subject: Subject, emit: Emit) -> None:
    started = time.perf_counter()
    outcome = _outcome(name, subject)
    emit({"event": "check-ended", **outcome.as_json(name, time.perf_counter() - started)})


def _outcome(name: str, subject: Subject) -> Outcome:
    try:
        return CHECKS[name](subject)
    except Exception as error:
        # Ours, not the user's: no finding blames their code for it.
        message = f"the check itself broke, please report it: {in_one_line(error)}"
        return Outcome(SKIPPED, message, report_of(error))
