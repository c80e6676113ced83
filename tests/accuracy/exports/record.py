"""Traces and exports the zoo: python -m tests.accuracy.exports.record FOLDER [--models 240] [--only NAME]

Needs torch, the libraries of the zoo, onnx, onnxscript and onnxruntime. One file for each model,
FOLDER/LIBRARY/MODEL.jsonl, written check by check; what is written is not run again. Every line is what
`Outcome.as_json` says of one check, or `observed`: the lines that ran, and what the model takes and gives.
"""

from __future__ import annotations

import os

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import argparse
import json
import signal
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tests.accuracy.board import imported_from
from tests.accuracy.exports import state
from tests.accuracy.exports.conversions import conversions
from tests.accuracy.exports.order import in_order
from tests.accuracy.exports.partial_lines import partial_lines
from tests.accuracy.exports.subjects import Tensors, subjects
from tests.accuracy.exports.truth import COMPLETE
from tests.accuracy.zoo.case import Case

from torchready.probe.agent import limits
from torchready.probe.agent.checks import export, forward, onnx, trace
from torchready.probe.agent.outcomes import FAILED, PASSED, SKIPPED, Finding, Outcome, in_one_line, report_of
from torchready.probe.agent.subject import DYNAMO, TORCHSCRIPT, Inputs, Options, Subject, mapped

# Enough for all three libraries together; more than what docs/accuracy.md promises to hold.
MODELS = 240
SECONDS_TO_BUILD = 150
SECONDS_PER_CHECK = 90
MEMORY = 7 << 30
# The newest that torchready takes for this exporter's.
TORCHSCRIPT_OPSET = 17
LONGEST_DETAIL = 4000

Check = Callable[[Subject], Outcome]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=MODELS, help="how many of the zoo, in its order")
    parser.add_argument(
        "--skip", type=int, default=0, help="leave out so many at the beginning of that order"
    )
    parser.add_argument("--only", help="models whose name contains this")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    # A child that is forked after an OpenMP region ran with several threads hangs in its first one.
    torch.set_num_threads(1)
    chosen = [named for named in in_order() if not options.only or options.only in named[1].name]
    chosen = [(*named, options.folder) for named in chosen[options.skip : options.models]]
    with ThreadPoolExecutor(options.jobs) as pool:
        for done, said in enumerate(pool.map(lambda one: record(*one), chosen), 1):
            print(f"{done}/{len(chosen)} {said}", file=sys.stderr, flush=True)
    return 0


def record(library: str, case: Case, folder: Path) -> str:
    """Runs one model in a process of its own, unless that was done."""
    path = folder / library / f"{case.name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    answers = Answers(path, imported_from(library))
    if answers.has(COMPLETE):
        return f"{library} {case.name}: known"
    started = time.monotonic()
    ended = _in_process(lambda: _all_checks(library, case, answers), answers, "build", SECONDS_TO_BUILD)
    answers.add({"name": COMPLETE})
    return f"{library} {case.name}: {ended or 'done'} in {time.monotonic() - started:.0f} s"


class Answers:
    """The file of one model; written to by several processes, one after the other, and continued another day."""

    def __init__(self, path: Path, site: Path) -> None:
        self._path = path
        self._site = f"{site}{os.sep}"
        known = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self._known = {json.loads(line)["name"] for line in known}

    def has(self, name: str) -> bool:
        """Whether an earlier recording holds this answer."""
        return name in self._known

    def add(self, answer: dict[str, Any]) -> None:
        """Files are given relative to where the library is installed."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(answer).replace(self._site, '')}\n")

    def add_outcome(self, name: str, outcome: Outcome, seconds: float) -> None:
        answer = outcome.as_json(name, round(seconds, 1))
        self.add(answer | {"detail": (answer["detail"] or "")[-LONGEST_DETAIL:] or None})


def _in_process(work: Callable[[], None], answers: Answers, name: str, seconds: int) -> str | None:
    """Runs `work` in a child; a death of it is the outcome of the check `name`, and said."""
    child = os.fork()
    if child == 0:
        try:
            # The default action ends the process, also where no Python runs.
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds)
            work()
        except BaseException as error:  # whatever a model raises is the answer
            answers.add_outcome(name, Outcome(SKIPPED, in_one_line(error), report_of(error)), 0.0)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == 0:
        return None
    ended = f"stopped after {seconds} seconds" if code == -signal.SIGALRM else f"the process died with {code}"
    answers.add_outcome(name, Outcome(SKIPPED, ended), 0.0)
    return ended


def _all_checks(library: str, case: Case, answers: Answers) -> None:
    limits.limit_memory(MEMORY)
    warnings.simplefilter("ignore")
    _be_silent()
    torch.manual_seed(0)
    as_it_is, as_exported = subjects(case.build(), imported_from(library) / library)
    if not answers.has("forward"):
        _observe(as_it_is, answers)
    for name, seen in (
        ("state", state.changes),
        ("conversions", conversions),
        ("partial lines", partial_lines),
    ):
        if not answers.has(name):
            answers.add({"name": name, "seen": seen(as_it_is)})
    signal.alarm(0)
    # Those in one process need what the one before made.
    for subject, checks in (
        (as_exported, {"trace": trace.check}),
        (as_exported, {"export": _export, "dynamo": _dynamo}),
        (as_exported, {"torchscript": _torchscript}),
        (as_exported, {"batch": _batch}),
        *(((as_it_is, {"as it is": _trace_only}),) if as_it_is is not as_exported else ()),
    ):
        name = list(checks)[-1]
        if not answers.has(name):
            work = partial(_run, subject, checks, answers)
            _in_process(work, answers, name, SECONDS_PER_CHECK)


def _observe(subject: Subject, answers: Answers) -> None:
    started = time.monotonic()
    outcome = forward.check(subject)
    seen = subject.observation.as_json()
    owner = type(subject.model)
    answers.add(
        {
            "name": "observed",
            "class": f"{owner.__module__}.{owner.__qualname__}",
            **{key: seen[key] for key in ("executed", "findings", "inputs", "outputs")},
        }
    )
    answers.add_outcome("forward", outcome, time.monotonic() - started)


def _be_silent() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def _run(subject: Subject, checks: dict[str, Check], answers: Answers) -> None:
    for name, check in checks.items():
        signal.alarm(SECONDS_PER_CHECK)
        started = time.monotonic()
        try:
            outcome = check(subject)
        except Exception as error:  # whatever torch raises is the answer
            outcome = Outcome(SKIPPED, f"the check itself broke: {in_one_line(error)}", report_of(error))
        answers.add_outcome(name, outcome, time.monotonic() - started)
        signal.alarm(0)


def _export(subject: Subject) -> Outcome:
    """As the probe does, without the strict mode: that costs several times as much and nobody's default is it."""
    try:
        subject.program = export.exported(subject, strict=False)
    except Exception as error:  # whatever torch raises is the answer
        message = f"torch.export fails: {export.explained(error)}"
        place = subject.places.of_exception(error)
        return Outcome(FAILED, message, report_of(error), [Finding("TR393", message, place)])
    return Outcome(PASSED)


def _dynamo(subject: Subject) -> Outcome:
    if subject.program is None:
        return Outcome(SKIPPED, "torch.export fails")
    subject.options = Options(exporters=(DYNAMO,))
    return onnx.check(subject)


def _torchscript(subject: Subject) -> Outcome:
    subject.options = Options(opset=TORCHSCRIPT_OPSET, exporters=(TORCHSCRIPT,))
    return onnx.check(subject)


def _batch(subject: Subject) -> Outcome:
    """Whether the model takes its inputs twice: other numbers might not fit together, as sizes of images and pixels."""
    if isinstance(subject.model, Tensors) and subject.model.takes_lists:
        return Outcome(SKIPPED, "the batch is a list")
    try:
        subject.run(subject.model, Inputs(*mapped(_twice, subject.inputs)))
    except Exception as error:  # whatever a model raises is the answer
        message = f"forward fails on twice the batch: {in_one_line(error)}"
        place = subject.places.of_exception(error)
        return Outcome(FAILED, message, report_of(error), [Finding("TR403", message, place)])
    return Outcome(PASSED)


def _twice(tensor: torch.Tensor) -> torch.Tensor:
    return torch.cat([tensor, tensor]) if tensor.dim() else tensor


def _trace_only(subject: Subject) -> Outcome:
    """What a trace says of a model that takes or gives what is no tensor."""
    try:
        trace.trace(subject, subject.inputs)
    except Exception as error:  # whatever torch raises is the answer
        message = f"torch.jit.trace fails: {trace.explained(error)}"
        place = trace.place_of(error, subject)
        return Outcome(FAILED, message, report_of(error), [Finding("TR390", message, place)])
    return Outcome(PASSED)


if __name__ == "__main__":
    sys.exit(main())
