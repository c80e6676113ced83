"""One eager forward under observation."""

from __future__ import annotations

from ..outcomes import FAILED, PASSED, SKIPPED, Finding, Outcome, in_one_line, report_of
from ..scale import needs_values
from ..source_file import Place
from ..subject import LARGER, Subject


def check(subject: Subject) -> Outcome:
    inputs = subject.inputs.copied()
    try:
        with subject.prepared():
            subject.observation.run(inputs.args, inputs.kwargs)
    except BaseException as error:
        # Also sys.exit() in the user's code.
        if _runs_unobserved(subject):
            return Outcome(
                PASSED, f"passed, but could not be observed: {in_one_line(error)}", report_of(error)
            )
        if not subject.scale.has_values and needs_values(error):
            return Outcome(SKIPPED, _followed(subject, subject.places.of_exception(error)), report_of(error))
        message = f"forward fails on the dummy input: {in_one_line(error)}"
        place = subject.places.of_exception(error)
        return Outcome(FAILED, message, report_of(error), subject.finding("TR481", message, place))
    if not subject.scale.has_values:
        return Outcome(PASSED, f"followed with shapes only, without the values of its {subject.size}")
    return Outcome(PASSED, None, None, _frozen_batch(subject))


def _followed(subject: Subject, place: Place | None) -> str:
    line = f" up to line {place.range[0] + 1}" if place is not None else ""
    return f"followed with shapes only{line}, where values decide: its {subject.size} are too many to run it here"


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
