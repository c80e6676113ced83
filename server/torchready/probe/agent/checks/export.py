"""torch.export: non-strict, which is torch's default, and where that fails strict, as torch's ONNX exporter does.

Strict export costs several times as much and torch recommends the other, so it is only asked when that fails: to
say whether it is a way out.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import torch
import torch.export

from ..outcomes import FAILED, PASSED, Outcome, in_one_line, report_of
from ..places import chain
from ..source_file import Place
from ..subject import Inputs, Subject, mapped
from ..values import tensors

# Older versions of torch know one mode only, and 2.1 says in another way what is dynamic.
HAS_MODES = "strict" in inspect.signature(torch.export.export).parameters
HAS_SHAPES = "dynamic_shapes" in inspect.signature(torch.export.export).parameters


def check(subject: Subject) -> Outcome:
    try:
        subject.program = exported(subject, strict=False)
    except Exception as error:
        return _failed(subject, error)
    return Outcome(PASSED)


def exported(subject: Subject, strict: bool) -> Any:
    """The exported program; raises what torch raises. Helpers keep their frames in the stacks of nodes."""
    inputs = subject.inputs.copied()
    options: dict[str, Any] = {"strict": strict} if HAS_MODES else {}
    if subject.options.dynamic_batch and HAS_SHAPES:
        options["dynamic_shapes"] = dynamic_shapes(subject, inputs)
    elif subject.options.dynamic_batch:
        batched = [tensor for _, tensor in tensors([*inputs.args, inputs.kwargs]) if tensor.dim()]
        dynamic_dim: Any = getattr(torch.export, "dynamic_dim")  # noqa: B009 - newer ones lack it
        options["constraints"] = [dynamic_dim(tensor, 0) for tensor in batched]
    with subject.prepared(), warnings.catch_warnings(), _all_frames(subject):
        warnings.simplefilter("ignore")
        return torch.export.export(subject.model, inputs.args, inputs.kwargs, **options)


def dynamic_shapes(subject: Subject, inputs: Inputs) -> Any:
    """The first dimension of every input tensor may vary; in the form that `forward`'s signature asks for."""
    batch = getattr(torch.export.Dim, "DYNAMIC", None) or torch.export.Dim("batch", min=1)

    def shape(tensor: torch.Tensor) -> Any:
        return {0: batch} if tensor.dim() else None

    bound = inspect.signature(subject.model.forward).bind(*inputs.args, **inputs.kwargs)
    return {name: _shapes(shape, value) for name, value in bound.arguments.items()}


def _shapes(shape: Any, value: Any) -> Any:
    if isinstance(value, (torch.Tensor, list, tuple, dict)):
        return mapped(shape, value)
    return None


class _all_frames:  # noqa: N801 - reads as a function where it is used
    """torch keeps frames named `forward` only; with this, all of the user's."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def __enter__(self) -> None:
        import torch.fx.proxy as proxy

        self._proxy = proxy
        self._before = getattr(proxy, "_STACK_TRACE_ANCHORS", None)
        if self._before is not None:
            proxy._STACK_TRACE_ANCHORS = _UsersFrames(self._subject, self._before)

    def __exit__(self, *_error: object) -> None:
        if self._before is not None:
            self._proxy._STACK_TRACE_ANCHORS = self._before


class _UsersFrames:
    """A set of (file, function) pairs that holds all of the user's."""

    def __init__(self, subject: Subject, others: Any) -> None:
        self._subject = subject
        self._others = others

    def __contains__(self, frame: tuple[str, str]) -> bool:
        return self._subject.places.is_users(frame[0]) or frame in self._others

    def __iter__(self) -> Any:
        return iter(self._others)


def _failed(subject: Subject, error: Exception) -> Outcome:
    strict = _strict_failure(subject) if HAS_MODES else None
    place = subject.places.of_exception(error) or _written_place(subject, error)
    details = [f"torch.export.export(..., strict=False)\n\n{report_of(error)}"]
    if not HAS_MODES:
        modes = "on the dummy input"
    elif strict is None:
        modes = "in non-strict mode, torch's default (strict=True passes)"
    else:
        modes = "in both modes, non-strict and strict"
        place = place or subject.places.of_exception(strict) or _written_place(subject, strict)
        details.append(f"torch.export.export(..., strict=True)\n\n{report_of(strict)}")
    frozen: list[Place] = []
    if subject.options.dynamic_batch and place is None:
        frozen = _draft_places(subject)
        place = frozen[0] if frozen else None
    subject.export_failed_at = place
    message = f"torch.export fails {modes}: {explained(error)}"
    findings = subject.finding("TR393", message, place)
    for other in frozen[1:]:
        findings += subject.finding("TR393", message, other)
    return Outcome(FAILED, message, "\n\n".join(details), findings)


def _strict_failure(subject: Subject) -> Exception | None:
    try:
        exported(subject, strict=True)
    except Exception as error:
        return error
    return None


def explained(error: BaseException) -> str:
    """In one line, in words of the user's world where torch speaks of its symbols."""
    names = [type(one).__name__ for one in chain(error)]
    conflicts = any("conflicts between user-specified ranges" in str(one) for one in chain(error))
    if "GuardOnDataDependentSymNode" in names:
        return "a value in a tensor decides what runs, and export has no values (GuardOnDataDependentSymNode)"
    if "ConstraintViolationError" in names or conflicts:
        return "the code works for one batch size only, so the batch cannot be dynamic"
    return in_one_line(error)


def _written_place(subject: Subject, error: BaseException) -> Place | None:
    """Of stacks that torch writes into its messages ("from user code")."""
    for one in chain(error):
        found = subject.places.of_stack_text(str(one))
        if found is not None:
            return found
    if "output" in str(error).lower():
        return subject.observation.return_place()
    if "input" in str(error).lower():
        return subject.strange_input()
    return None


def _draft_places(subject: Subject) -> list[Place]:
    """The lines that tie the code to one batch size, by draft_export, which goes on where export gives up."""
    draft = getattr(torch.export, "draft_export", None)
    if draft is None:
        return []
    inputs = subject.inputs.copied()
    try:
        with subject.prepared(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = draft(
                subject.model, inputs.args, inputs.kwargs, dynamic_shapes=dynamic_shapes(subject, inputs)
            )
        report = program._report
        found: list[Place] = []
        for failure in report.failures:
            stack = failure.data.get("user_stack") or failure.data.get("stack") or []
            for frame in reversed(stack):
                filename = report.str_to_filename.get(str(frame["filename"]), frame["filename"])
                if isinstance(filename, str) and subject.places.is_users(filename):
                    found.append(subject.places.of_line(filename, frame["line"]))
                    break
        return list(dict.fromkeys(found))
    except Exception:
        return []
