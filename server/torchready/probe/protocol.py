"""What goes over the pipe to the agent and back, as the dataclasses of `verification`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, cast

from torchready.config import InputConfig, PlainInput
from torchready.config.frozen import thawed
from torchready.finding import Evidence, Finding, Position, Range, RelatedPlace, Severity
from torchready.probe.layers import layers
from torchready.probe.verification import (
    CheckOutcome,
    Crash,
    ModuleCall,
    ModuleNode,
    Observation,
    Place,
    Request,
    Status,
    TensorSeen,
)
from torchready.rules.registry import find_rule
from torchready.torch_api import onnx

Event: TypeAlias = "dict[str, Any]"

# Names of what only a run finds, until the rule itself says it.
START = Range(Position(0, 0), Position(0, 0))


def run_command(number: int, request: Request) -> bytes:
    return _line({"command": "run", "run": number, "request": request_object(request)})


def warm_command(checks: Iterable[str]) -> bytes:
    return _line({"command": "warm", "checks": list(checks)})


def kill_command(number: int, reason: str) -> bytes:
    return _line({"command": "kill", "run": number, "reason": reason})


def request_object(request: Request) -> Event:
    model = request.model
    return {
        "target": model.target,
        "args": thawed(model.args),
        "kwargs": thawed(model.kwargs),
        "inputs": _input_object(model.inputs),
        "checks": list(model.checks),
        "opset": model.opset,
        "timeout": model.timeout,
        "root": str(request.root),
        "overlays": {str(path): text for path, text in request.overlays.items()},
        "memory": model.memory if request.memory is None else request.memory,
        "device": model.device,
        "dynamic_batch": model.dynamic_batch,
        "exporters": list(model.exporters),
        "below_dynamo": model.opset is not None and onnx.target(model.opset).exporter == "torchscript",
        "crashes": [_crash_object(crash) for crash in request.crashes],
        "layers": layers(),
    }


def _crash_object(crash: Crash) -> Event:
    place = crash.place
    where = None if place is None else [place.filename, [*place.range.start, *place.range.end]]
    return {"exporter": crash.exporter, "message": crash.message, "detail": crash.detail, "place": where}


def _input_object(item: object) -> object:
    """As the configuration writes it."""
    if isinstance(item, InputConfig):
        described = {"shape": list(item.shape), "dtype": item.dtype, "low": item.low, "high": item.high}
        return {name: value for name, value in described.items() if value is not None}
    if isinstance(item, PlainInput):
        return {"value": thawed(item.value)}
    if isinstance(item, tuple):
        return [_input_object(each) for each in cast("tuple[object, ...]", item)]
    if isinstance(item, Mapping):
        return {name: _input_object(each) for name, each in cast("Mapping[str, object]", item).items()}
    return item


def event_of(line: bytes) -> tuple[int, Event] | None:
    """The number of the run and what it says; None for a line that is none of ours."""
    number, _, text = line.partition(b" ")
    try:
        event = json.loads(text)
        return (int(number), cast("Event", event)) if isinstance(event, dict) else None
    except (ValueError, UnicodeDecodeError, RecursionError):
        return None


def outcome_of(event: Event, fallback: Place) -> CheckOutcome:
    """`fallback` is the place of findings that have none in the code."""
    return CheckOutcome(
        name=event["name"],
        status=Status(event["status"]),
        seconds=float(event.get("seconds") or 0.0),
        message=event.get("message"),
        detail=event.get("detail"),
        findings=findings_of(event.get("findings"), fallback),
    )


def observation_of(event: Event, fallback: Place) -> Observation:
    return Observation(
        executed={path: frozenset(lines) for path, lines in event.get("executed", {}).items()},
        modules=tuple(_module_of(module) for module in event.get("modules", ())),
        tensors=tuple(
            TensorSeen(place, tensor["name"], tensor["description"])
            for tensor in event.get("tensors", ())
            if (place := place_of(tensor["place"]))
        ),
        inputs=tuple(event.get("inputs", ())),
        outputs=tuple(event.get("outputs", ())),
        findings=findings_of(event.get("findings"), fallback),
    )


def findings_of(objects: Iterable[Event] | None, fallback: Place) -> tuple[Finding, ...]:
    return tuple(finding_of(each, fallback) for each in objects or ())


def finding_of(event: Event, fallback: Place) -> Finding:
    rule = find_rule(event["code"])
    place = place_of(event) or fallback
    severity = event.get("severity")
    return Finding(
        code=event["code"],
        name=rule.name if rule else event.get("name") or event["code"].lower(),
        message=event["message"],
        severity=Severity(severity) if severity else rule.severity if rule else Severity.ERROR,
        filename=place.filename,
        range=place.range,
        class_name=event.get("class_name"),
        symbol=event.get("symbol"),
        evidence=Evidence.RUN,
        related=tuple(
            RelatedPlace(related["filename"], range_of(related["range"]), related["message"])
            for related in event.get("related") or ()
        ),
    )


def place_of(event: Event | None) -> Place | None:
    if not event or not event.get("filename"):
        return None
    return Place(event["filename"], range_of(event["range"]))


def range_of(numbers: Iterable[int]) -> Range:
    line, column, end_line, end_column = numbers
    return Range(Position(line, column), Position(end_line, end_column))


def paths_of(names: Iterable[str] | None) -> tuple[Path, ...]:
    return tuple(Path(name) for name in names or ())


def _module_of(event: Event) -> ModuleNode:
    return ModuleNode(
        path=event["path"],
        class_name=event["class_name"],
        parameters=int(event["parameters"]),
        calls=tuple(
            ModuleCall(
                place_of(call.get("place")),
                tuple(call.get("inputs", ())),
                tuple(call.get("outputs", ())),
                float(call.get("seconds") or 0.0),
            )
            for call in event.get("calls", ())
        ),
        defined=place_of(event.get("defined")),
        registered=place_of(event.get("registered")),
    )


def _line(command: Event) -> bytes:
    return json.dumps(command).encode() + b"\n"
