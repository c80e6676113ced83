"""torch.jit.trace: whether it works, what it warns of, and whether the graph computes what the model does."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch

from ..comparison import Difference, as_outputs, first_difference
from ..module_calls import HERE, TORCH
from ..outcomes import FAILED, PASSED, SKIPPED, Finding, Outcome, in_one_line, report_of, shortened
from ..scale import OnMeta, needs_values, on_meta
from ..source_file import Place
from ..subject import FIRST, LARGER, SECOND, Inputs, Subject, mapped

TENSOR_METHODS = TORCH + "_tensor.py"


def check(subject: Subject) -> Outcome:
    warned = TracerWarnings(subject)
    try:
        with warned.heard():
            traced = trace(subject, subject.inputs)
    except Exception as error:
        if not subject.scale.has_values and needs_values(error):
            message = (
                f"it cannot be traced without values, and its {subject.size} are too many to trace it here"
            )
            return Outcome(SKIPPED, message, report_of(error), warned.findings)
        message = f"torch.jit.trace fails: {explained(error)}"
        failed = subject.finding("TR390", message, place_of(error, subject))
        return Outcome(FAILED, message, report_of(error), [*failed, *warned.findings])
    return _compared(subject, traced, warned)


def trace(subject: Subject, inputs: Inputs) -> Any:
    given = subject.positional_inputs() if inputs is subject.inputs else inputs
    if not subject.scale.has_values:
        with torch.no_grad(), subject.kept_state(), OnMeta(subject.model):
            return torch.jit.trace(subject.model, mapped(on_meta, given.args), check_trace=False)
    given = given.copied()
    with subject.prepared():
        # Without its own check, which traces and runs everything twice; ours follows.
        if not given.kwargs:
            return torch.jit.trace(subject.model, given.args, check_trace=False)
        named = {**_by_name(subject, given.args), **given.kwargs}
        return torch.jit.trace(subject.model, example_kwarg_inputs=named, check_trace=False)


def _by_name(subject: Subject, args: tuple[Any, ...]) -> dict[str, Any]:
    code = getattr(type(subject.model).forward, "__code__", None)
    return dict(zip(code.co_varnames[1:], args)) if code is not None else {}


def explained(error: BaseException) -> str:
    """In one line. The tracer writes the whole value into its message where it cannot take one."""
    if str(error).startswith("Cannot insert a Tensor that requires grad as a constant"):
        return (
            "a tensor with gradients is used that is no parameter of the model: keep its module in an attribute or an"
            " `nn.ModuleList`, or make it an `nn.Parameter`"
        )
    if str(error).startswith("Tracer cannot infer type of"):
        return f"{type(error).__name__}: Tracer cannot infer type of a value that is no tensor"
    return in_one_line(error)


def place_of(error: BaseException, subject: Subject) -> Place | None:
    """Where the user's code stopped; else what the tracer's message speaks about: an output, or an input."""
    place = subject.places.of_exception(error)
    if place is not None:
        return place
    text = str(error)
    if "Tuple[" in text or "cannot be traced" in text or "not in forward" in text:
        return subject.strange_input() or subject.observation.forward_place()
    if "output" in text.lower() or "infer type" in text or "Only tensors" in text:
        return subject.observation.return_place()
    return None


def _compared(subject: Subject, traced: Any, warned: TracerWarnings) -> Outcome:
    """Against the model, on another input than that of the trace."""
    number = len(warned.findings)
    said = f"traced with {number} warning{'s' if number > 1 else ''} in your code" if number else None
    if not subject.scale.has_values:
        return Outcome(PASSED, "traced without values: results are not compared", None, warned.findings)
    for which, expected in subject.references():
        try:
            given = as_outputs(subject.run(traced, subject.inputs_named(which)))
            difference = first_difference(expected, given)
            how = difference.message if difference is not None else ""
        except Exception as error:
            difference, how = Difference(0, "", ""), f"the graph fails: {in_one_line(error)}"
        if difference is not None:
            return _differs(subject, warned, difference, how, which)
    return Outcome(PASSED, said, None, warned.findings)


WORDS = {
    FIRST: "the same input",
    SECOND: "a second, different input",
    LARGER: "an input of twice the batch size",
}


def _differs(subject: Subject, warned: TracerWarnings, found: Difference, how: str, which: str) -> Outcome:
    message = f"the traced graph gives other results than the model on {WORDS[which]}: {shortened(how)}"
    if subject.uses_python_randomness:
        message += "; random numbers of Python's or numpy's are drawn once, when the trace is made"
    warned_at = warned.findings[0].place if len(warned.findings) == 1 else None
    place = subject.frozen_at[which] = warned_at or _first_other_node(subject, which)
    findings = subject.finding("TR392", message, place or subject.observation.return_place(found.number))
    return Outcome(FAILED, message, None, [*findings, *warned.findings])


def frozen_at(subject: Subject, which: str) -> Place | None:
    """Where what depends on the values of the input was frozen, if the results on these inputs show it."""
    if which not in subject.frozen_at:
        subject.frozen_at[which] = _first_other_node(subject, which)
    return subject.frozen_at[which]


def _first_other_node(subject: Subject, which: str) -> Place | None:
    """Where the graphs of two traces, on two inputs, first differ in the user's code."""
    if which == FIRST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            one, other = (trace(subject, subject.inputs_named(name)) for name in (FIRST, which))
        nodes, others = list(one.inlined_graph.nodes()), list(other.inlined_graph.nodes())
        for node, counterpart in zip(nodes, others):
            if _written(node) != _written(counterpart):
                # One of the two goes on where the other still turns in a loop.
                found = (_place_of_node(subject, node), _place_of_node(subject, counterpart))
                return min((place for place in found if place is not None), default=None)
        for node in (*nodes[len(others) :], *others[len(nodes) :]):
            return _place_of_node(subject, node)
    except Exception:
        return None
    return None


def _place_of_node(subject: Subject, node: Any) -> Place | None:
    return subject.places.of_source_range(node.sourceRange(), node.kind().rpartition(":")[2])


def _written(node: Any) -> str:
    """A node without the numbers of its values: its kind, and of a constant what it holds."""
    if node.kind() == "prim::Constant":
        return str(node).partition(" = ")[2].partition(" # ")[0]
    return f"{node.kind()} {len(list(node.inputs()))}"


class TracerWarnings:
    """What the tracer warns of in the user's code, once for each place and text."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._findings: dict[tuple[Place, str], Finding] = {}

    @property
    def findings(self) -> list[Finding]:
        return list(self._findings.values())

    @contextmanager
    def heard(self) -> Generator[None, None, None]:
        with warnings.catch_warnings():
            # torch installs a filter that hides those that come from most of its own files.
            warnings.simplefilter("ignore")
            warnings.filterwarnings("always", category=torch.jit.TracerWarning)
            warnings.showwarning = self._show
            yield

    def _show(self, message: Any, category: type, *_rest: Any) -> None:
        if not issubclass(category, torch.jit.TracerWarning):
            return
        frame = self._users_frame(sys._getframe(1))
        if frame is None:
            return
        place = self._subject.places.of_code(frame.f_code, frame.f_lasti, frame.f_lineno)
        place = self._subject.places.tested(place)
        text = f"the tracer warns: {_first_sentence(str(message))}"
        key = (place, text)
        if key not in self._findings:
            name = self._subject.places.class_name(place)
            self._findings[key] = Finding("TR391", text, place, name)

    def _users_frame(self, frame: FrameType | None) -> FrameType | None:
        """The user's frame that made the tracer warn, by itself or through a method of a tensor.

        What modules and functions of torch ask of tensors inside, as `nn.GroupNorm` does of sizes, is torch's business.
        """
        while frame is not None:
            filename = frame.f_code.co_filename
            if self._subject.places.is_users(filename):
                return frame
            if (
                filename != TENSOR_METHODS
                and not filename.startswith(HERE)
                and not filename.endswith("warnings.py")
            ):
                return None
            frame = frame.f_back
        return None


def _first_sentence(text: str) -> str:
    text = " ".join(text.split())
    return shortened(text.partition(". ")[0].rstrip("."))
