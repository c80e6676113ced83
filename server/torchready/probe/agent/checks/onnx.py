"""torch.onnx.export with each exporter that torch has, and the file run by onnxruntime against the model.

The first exporter decides whether the check passes: the first that was asked for, or torch's own default, or, for an
opset to which the newer one has no translations, the one on TorchScript. What the others cannot do is said too, as
information.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass, field
from typing import Any

import torch

from ..comparison import Difference, as_outputs, first_difference
from ..outcomes import FAILED, PASSED, SKIPPED, Finding, Outcome, in_one_line, report_of, shortened
from ..source_file import Place
from ..subject import DYNAMO, TORCHSCRIPT, Crash, Inputs, Subject
from ..values import tensors
from . import dynamo, trace
from .export import dynamic_shapes, exported

NAMES = {DYNAMO: "the dynamo exporter", TORCHSCRIPT: "the TorchScript-based exporter"}
NAMED = "input_"
OPERATOR = re.compile(r"ONNX export of operator (\w+)")
NEEDS = {DYNAMO: ("onnx", "onnxscript"), TORCHSCRIPT: ("onnx",)}


@dataclass
class Trial:
    """What one exporter made of the model. `problems` are messages with their places."""

    exporter: str
    status: str
    message: str | None = None
    detail: str | None = None
    code: str = "TR490"
    problems: list[tuple[Place | None, str]] = field(default_factory=list)


def check(subject: Subject) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="torchready-") as folder:
        trials = [_try(exporter, subject, folder) for exporter in exporters_of(subject)]
    return _summed_up(subject, trials)


def exporters_of(subject: Subject) -> list[str]:
    """Those that this torch has, the one that it takes for the opset first; those asked for in the order asked."""
    parameters = inspect.signature(torch.onnx.export).parameters
    if "dynamo" not in parameters:
        known = [TORCHSCRIPT]
    elif parameters["dynamo"].default and not subject.options.is_below_dynamo:
        known = [DYNAMO, TORCHSCRIPT]
    else:
        known = [TORCHSCRIPT, DYNAMO]
    asked = [exporter for exporter in subject.options.exporters if exporter in known]
    return asked or known


def _try(exporter: str, subject: Subject, folder: str) -> Trial:
    missing = [name for name in NEEDS[exporter] if importlib.util.find_spec(name) is None]
    if missing:
        return Trial(
            exporter, SKIPPED, f"{NAMES[exporter]} needs {' and '.join(missing)}: {_install(missing)}"
        )
    if exporter in subject.options.crashes:
        return _crashed(exporter, subject.options.crashes[exporter])
    subject.exporter_started(exporter)
    if not subject.scale.has_values:
        return _without_values(exporter, subject)
    path = os.path.join(folder, f"{exporter}.onnx")
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            written = write(exporter, subject, path)
    except Exception as error:
        return _failed(exporter, subject, error)
    wanted = subject.options.opset
    if written is not None and wanted is not None and written != wanted:
        return _kept(exporter, written, wanted)
    return _compared(exporter, subject, path)


def _kept(exporter: str, written: int, wanted: int) -> Trial:
    """The exporter only logs that it could not convert the file to the older opset."""
    said = f"writes opset {written}, since it cannot convert the model to opset {wanted}"
    return Trial(exporter, FAILED, f"{NAMES[exporter]} {said}", problems=[(None, f"it {said}")])


def _crashed(exporter: str, crash: Crash) -> Trial:
    problems = [(crash.place, f"it {crash.message}")]
    return Trial(exporter, FAILED, f"{NAMES[exporter]} {crash.message}", crash.detail, problems=problems)


def _without_values(exporter: str, subject: Subject) -> Trial:
    """Only the newer exporter writes a graph without weights."""
    if exporter == TORCHSCRIPT:
        return Trial(exporter, SKIPPED, f"{NAMES[exporter]} needs the values of the model's {subject.size}")
    try:
        if subject.program is None:
            subject.program = exported(subject, strict=False)
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), subject.prepared():
            warnings.simplefilter("ignore")
            options: dict[str, Any] = {"opset_version": subject.options.opset, "verbose": False}
            torch.onnx.export(subject.program, (), None, dynamo=True, optimize=False, **options)
    except Exception as error:
        return _failed(exporter, subject, error)
    return Trial(exporter, PASSED, "translated without values: nothing is written and nothing compared")


def _install(packages: list[str]) -> str:
    return f"python -m pip install {' '.join(packages)}"


def write(exporter: str, subject: Subject, path: str) -> int | None:
    """The model as an ONNX file of the opset returned, None when nobody knows; raises what the exporter raises."""
    if exporter == DYNAMO:
        return _opset_of(_export_dynamo(subject, path))
    _export_torchscript(subject, path)
    return None


def _opset_of(program: Any) -> int | None:
    """That of ONNX's own operators; the exporter keeps its oldest where converting to an older one fails."""
    return getattr(getattr(program, "model", None), "opset_imports", {}).get("")


def _export_dynamo(subject: Subject, path: str) -> Any:
    inputs = subject.inputs.copied()
    options: dict[str, Any] = {"dynamo": True, "verbose": False, "opset_version": subject.options.opset}
    with subject.prepared():
        if subject.program is not None:
            return torch.onnx.export(subject.program, (), path, **options)
        if subject.options.dynamic_batch:
            options["dynamic_shapes"] = dynamic_shapes(subject, inputs)
        return torch.onnx.export(subject.model, inputs.args, path, kwargs=inputs.kwargs, **options)


def _export_torchscript(subject: Subject, path: str) -> None:
    inputs = subject.positional_inputs().copied()
    options: dict[str, Any] = {"opset_version": subject.options.opset}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False
    # Names by which inputs are found again: what the graph does not need is left out of it.
    names = [f"{NAMED}{number}" for number in range(len(tensors([*inputs.args, inputs.kwargs])))]
    options["input_names"] = names
    if subject.options.dynamic_batch:
        options["dynamic_axes"] = {name: {0: "batch"} for name in names}
    args = inputs.args
    if inputs.kwargs and "kwargs" in inspect.signature(torch.onnx.export).parameters:
        options["kwargs"] = inputs.kwargs
    elif inputs.kwargs:
        args = (*args, inputs.kwargs)
    with subject.prepared():
        torch.onnx.export(subject.model, args, path, **options)


# What went wrong


def _failed(exporter: str, subject: Subject, error: Exception) -> Trial:
    lacking = dynamo.lacking(subject, error) if exporter == DYNAMO else _lacking_torchscript(subject, error)
    if lacking:
        opset = f" in opset {subject.options.opset}" if subject.options.opset else ""
        problems = [(place, f"{operator} has no ONNX translation{opset}") for operator, place in lacking]
        operators = ", ".join(_with_line(operator, place) for operator, place in lacking)
        message = f"{NAMES[exporter]} has no ONNX translation for {shortened(operators)}{opset}"
        return Trial(exporter, FAILED, message, report_of(error), problems=problems)
    said = dynamo.explained(error) if exporter == DYNAMO else trace.explained(error)
    place = subject.places.of_exception(error)
    if place is None and exporter == DYNAMO:
        place = dynamo.place_of_node(subject, error) or subject.export_failed_at
    if place is None and "AttributeError" in said and subject.observation.strange_output:
        # What comes out is written down as if it were a tensor.
        said = (
            f"forward gives {' and '.join(subject.observation.strange_output)}, which is no tensor ({said})"
        )
        place = subject.observation.return_place()
    if place is None and exporter == TORCHSCRIPT:
        place = _place_of_operator(subject, said)
    if place is None:
        place = trace.place_of(error, subject)
    return Trial(
        exporter, FAILED, f"{NAMES[exporter]} fails: {said}", report_of(error), problems=[(place, said)]
    )


def _place_of_operator(subject: Subject, said: str) -> Place | None:
    """The line of the operator that the exporter names, where the graph has one of its kind only."""
    named = OPERATOR.search(said)
    if named is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(trace.trace(subject, subject.inputs).inlined_graph.nodes())
    except Exception:
        return None
    ranges = [str(node.sourceRange()) for node in nodes if node.kind() == f"aten::{named[1]}"]
    return subject.places.of_source_range(ranges[0], named[1]) if len(ranges) == 1 else None


def _with_line(operator: str, place: Place | None) -> str:
    return operator if place is None else f"{operator} (line {place.range[0] + 1})"


def _lacking_torchscript(subject: Subject, error: Exception) -> list[tuple[str, Place | None]]:
    """All operators without a translation; the exporter itself names the first, and no line."""
    if type(error).__name__ != "UnsupportedOperatorError":
        return []
    try:
        try:
            home: Any = importlib.import_module("torch.onnx._internal.torchscript_exporter.utils")
        except ImportError:
            home = importlib.import_module("torch.onnx.utils")
        inputs = subject.positional_inputs().copied()
        with subject.prepared(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graph, operators = home.unconvertible_ops(
                subject.model, inputs.args, opset_version=subject.options.opset
            )
    except Exception:
        return []
    found = [
        (node.kind(), subject.places.of_source_range(node.sourceRange(), node.kind().rpartition(":")[2]))
        for node in graph.nodes()
        if node.kind() in operators and not _is_translated(home, node.kind())
    ]
    return list(dict.fromkeys(found))


def _is_translated(home: Any, operator: str) -> bool:
    """The list of torch strips all underscores of `__and__`; the exporter strips one, and has `__and_`."""
    opset = home.GLOBALS.export_onnx_opset_version
    return operator.endswith("_") and home.registration.registry.is_registered_op(operator[:-1], opset)


# Whether the file computes the same


def _compared(exporter: str, subject: Subject, path: str) -> Trial:
    if importlib.util.find_spec("onnxruntime") is None:
        return Trial(exporter, PASSED, f"exported, but not compared: {_install(['onnxruntime'])}")
    try:
        session = _session(path)
    except Exception as error:
        said = f"onnxruntime does not load the file: {in_one_line(error)}"
        message = f"{NAMES[exporter]} writes a file, but {said}"
        return Trial(exporter, FAILED, message, report_of(error), problems=[(None, said)])
    for which, expected in subject.references():
        try:
            given = _run(session, subject.inputs_named(which))
            difference = first_difference(expected, given)
            how = difference.message if difference is not None else ""
        except _CannotBeFedError as error:
            return Trial(exporter, PASSED, f"exported, but not compared: {error}")
        except Exception as error:
            difference, how = Difference(0, "", ""), f"onnxruntime fails: {in_one_line(error)}"
        if difference is not None:
            return _differs(exporter, subject, difference, how, which)
    return Trial(exporter, PASSED)


def _session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class _CannotBeFedError(Exception):
    """The file's inputs cannot be matched with the model's; the message is for a person."""


def _run(session: Any, inputs: Inputs) -> list[tuple[str, torch.Tensor]]:
    wanted = [one.name for one in session.get_inputs()]
    everything = [*inputs.args, *inputs.kwargs.values()]
    given = [tensor for _, tensor in tensors(everything)]
    if len(wanted) > len(given):
        given = [tensor for _, tensor in as_outputs(everything)]
    if all(name.startswith(NAMED) for name in wanted):
        chosen = {name: given[int(name[len(NAMED) :])] for name in wanted}
    elif len(wanted) == len(given):
        chosen = dict(zip(wanted, given))
    else:
        raise _CannotBeFedError(f"the file has {len(wanted)} inputs and the model {len(given)}")
    try:
        arrays = {name: tensor.detach().numpy() for name, tensor in chosen.items()}
    except TypeError as error:
        raise _CannotBeFedError(str(error)) from error
    return [("", torch.as_tensor(array)) for array in session.run(None, arrays)]


def _differs(exporter: str, subject: Subject, difference: Difference, how: str, which: str) -> Trial:
    if subject.is_random:
        return Trial(exporter, PASSED, "exported, but not compared: forward draws random numbers")
    said = f"the file gives other results than the model on {trace.WORDS[which]}: {shortened(how)}"
    place = trace.frozen_at(subject, which) if exporter == TORCHSCRIPT else None
    place = place or subject.observation.return_place(difference.number)
    message = f"{NAMES[exporter]} writes a file, but {said}"
    return Trial(exporter, FAILED, message, None, "TR491", [(place, said)])


# All exporters together


def _summed_up(subject: Subject, trials: list[Trial]) -> Outcome:
    ran = [trial for trial in trials if trial.status != SKIPPED]
    messages = list(dict.fromkeys(trial.message for trial in trials if trial.message))
    if not ran:
        return Outcome(SKIPPED, "; ".join(messages))
    details = "\n\n".join(f"{NAMES[trial.exporter]}\n\n{trial.detail}" for trial in trials if trial.detail)
    passed = [trial for trial in ran if trial.status == PASSED]
    if passed and len(passed) < len(trials):
        messages.append(f"{' and '.join(NAMES[trial.exporter] for trial in passed)} passes")
    return Outcome(ran[0].status, "; ".join(messages) or None, details or None, _findings(subject, ran))


def _findings(subject: Subject, trials: list[Trial]) -> list[Finding]:
    """One for each place and kind of failure: exporters that fail there alike are named together."""
    found: dict[tuple[str, Place | None], list[tuple[str, str]]] = {}
    for trial in trials:
        for place, said in trial.problems:
            found.setdefault((trial.code, place), []).append((trial.exporter, said))
    findings: list[Finding] = []
    decisive = trials[0].exporter
    for (code, place), sayings in found.items():
        exporters = list(dict.fromkeys(exporter for exporter, _ in sayings))
        passing = [trial.exporter for trial in trials if trial.status == PASSED]
        said = "; ".join(f"{NAMES[exporter]}: {text}" for exporter, text in sayings)
        message = f"the ONNX export {'fails' if code == 'TR490' else 'is wrong'} with {said}"
        if passing:
            message += f" ({' and '.join(NAMES[exporter] for exporter in passing)} passes)"
        severity = None if decisive in exporters else "information"
        findings += subject.finding(code, message, place, severity)
    return findings
