"""A run that ended before its checks did: crashed, killed, gone. What that means for a person, and at which line."""

from __future__ import annotations

import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from torchready.finding import Evidence, Finding, Position, Range, Severity
from torchready.probe.verification import CheckOutcome, Crash, Place, Request, Status
from torchready.rules.registry import find_rule
from torchready.text import Text
from torchready.workspace.reading import SourceReadError, read_source

# The code of a check that did not end, by its name.
CODES = {"forward": "TR481", "trace": "TR390", "export": "TR393", "onnx": "TR490"}
NOT_BUILT = "TR480"
# The agent's exit status when it could not tell us how the run ended.
LOST_CHANNEL = 113
# What faulthandler writes for each frame, innermost first.
FRAME = re.compile(r'^  File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)$', re.MULTILINE)
DOING = {
    "forward": "running forward",
    "trace": "tracing",
    "export": "exporting with torch.export",
    "onnx": "exporting to ONNX",
}


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run's process ended. `status` is negative for a signal; `stacks` is what faulthandler wrote."""

    reason: str | None
    status: int
    stacks: str
    output: str
    built: bool
    seconds: float
    # What the agent said of an error outside of all checks, and its traceback.
    broken: str | None = None
    detail: str = ""


def failed_outcome(ending: Ending, request: Request, check: str, fallback: Place) -> CheckOutcome:
    """Of the check that was running."""
    doing = DOING[check] if ending.built else "building the model"
    message = _message(ending, request, doing)
    finding = _finding(
        CODES[check] if ending.built else NOT_BUILT, message, _users_place(ending.stacks, request) or fallback
    )
    return CheckOutcome(check, Status.FAILED, ending.seconds, message, _detail(ending, message), (finding,))


def not_tried(check: str, failed: CheckOutcome) -> CheckOutcome:
    return CheckOutcome(check, Status.SKIPPED, message=f"not tried: {failed.message}")


def crash_of(ending: Ending, request: Request, exporter: str) -> Crash:
    message = _what_it_did(ending)
    return Crash(exporter, message, _detail(ending, message), _users_place(ending.stacks, request))


def _detail(ending: Ending, message: str) -> str:
    parts = (message, ending.detail.strip(), ending.stacks.strip(), ending.output.strip())
    return "\n\n".join(part for part in parts if part)


def _message(ending: Ending, request: Request, doing: str) -> str:
    match ending.reason:
        case "timeout":
            seconds = request.model.timeout
            limit = "1 second" if seconds == 1 else f"{seconds:g} seconds"
            return f"{doing} was ended after {limit}, the time limit; raise `timeout` if it may take longer"
        case "cancelled":
            return f"cancelled while {doing}"
        case "fork":
            return f"no process could be started for {doing}"
        case "worker":
            return "each worker of the cluster that ran the model died of it, one after the other"
        case _:
            return f"{doing} {_what_it_did(ending)}"


def _what_it_did(ending: Ending) -> str:
    if ending.broken is not None:
        return f"broke what runs it: {ending.broken}"
    match ending.reason:
        case "output":
            return "wrote to a descriptor that is not its own, without end, and was killed"
        case "processes":
            return "started processes without end, and was killed with all of them"
        case "agent":
            return "took down the whole probe; something in it killed its parent process"
        case _:
            return f"ended its process: {_how_it_ended(ending)}"


def _how_it_ended(ending: Ending) -> str:
    if ending.status == LOST_CHANNEL:
        return (
            "it broke Python itself or closed files that are not its own; nothing more could be heard of it"
        )
    if ending.status >= 0:
        return f"it called os._exit({ending.status}), or something that does"
    name = f"signal {-ending.status}"
    with suppress(ValueError):
        name = signal.Signals(-ending.status).name
    explained = {
        "SIGSEGV": "a segmentation fault in native code",
        "SIGABRT": "native code called abort()",
        "SIGBUS": "a bus error in native code",
        "SIGFPE": "an arithmetic error in native code",
        "SIGILL": "an instruction that this processor does not have",
        "SIGKILL": "it was killed, most likely because memory ran out",
        "SIGTERM": "something in it sent SIGTERM to its own process",
    }
    return f"{explained[name]} ({name})" if name in explained else f"killed by {name}"


def _users_place(stacks: str, request: Request) -> Place | None:
    """The innermost line of the user's in what faulthandler wrote."""
    for frame in FRAME.finditer(stacks):
        path = Path(frame["file"])
        if path.is_relative_to(request.root) and "site-packages" not in path.parts:
            return _line(path, int(frame["line"]) - 1, request)
    return None


def _line(path: Path, line: int, request: Request) -> Place | None:
    try:
        text = Text(request.overlays[path] if path in request.overlays else read_source(path).text)
    except SourceReadError:
        return None
    if not 0 <= line < text.line_count:
        return None
    code = text.line(line).rstrip()
    start = len(code) - len(code.lstrip())
    return Place(str(path), Range(Position(line, start), Position(line, len(code))))


def _finding(code: str, message: str, place: Place) -> Finding:
    rule = find_rule(code)
    return Finding(
        code=code,
        name=rule.name if rule else code.lower(),
        message=message,
        severity=rule.severity if rule else Severity.ERROR,
        filename=place.filename,
        range=place.range,
        evidence=Evidence.RUN,
    )
