"""One eager forward under observation."""

from __future__ import annotations

from ..outcomes import FAILED, PASSED, Finding, Outcome, in_one_line, report_of
from ..subject import LARGER, Subject, seeded


def check(subject: Subject) -> Outcome:
    inputs = subject.inputs.copied()
    try:
        with subject.kept_state(), seeded(0):
            subject.observation.run(inputs.args, inputs.kwargs)
    except BaseException as error:
        # Also sys.exit() in the user's code.
        if _runs_unobserved(subject):
            return Outcome(
                PASSED, f"passed, but could not be observed: {in_one_line(error)}", report_of(error)
            )
        message = f"forward fails on the dummy input: {in_one_line(error)}"
        place = subject.places.of_exception(error)
        return Outcome(FAILED, message, report_of(error), subject.finding("TR481", message, place))
    return Outcome(PASSED, None, None, _frozen_batch(subject))


def _frozen_batch(subject: Subject) -> list[Finding]:
    """Where forward fails on twice the batch, if any batch was asked for."""
    if not subject.options.dynamic_batch:
        return []
    try:
        subject.run(subject.model, subject.inputs_named(LARGER))
    except Exception as error:
        place = subject.places.of_exception(error)
        message = f"forward fails on twice the batch of the dummy input: {in_one_line(error)}"
        return subject.finding("TR403", message, place)
    return []


def _runs_unobserved(subject: Subject) -> bool:
    """Code that looks at frames or modes itself may fail only because it is watched."""
    return subject.eager() is not None
