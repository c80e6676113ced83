"""One eager forward under observation."""

from __future__ import annotations

from ..outcomes import FAILED, PASSED, Outcome, in_one_line, report_of
from ..subject import Subject, seeded


def check(subject: Subject) -> Outcome:
    inputs = subject.inputs.copied()
    try:
        with subject.kept_buffers(), seeded(0):
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
    return Outcome(PASSED)


def _runs_unobserved(subject: Subject) -> bool:
    """Code that looks at frames or modes itself may fail only because it is watched."""
    return subject.eager() is not None
