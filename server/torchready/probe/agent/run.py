"""One run: load the model, build it, go through the checks in their order, tell each result at once."""

from __future__ import annotations

import time
from typing import Any

from . import inputs, loading
from .channel import Emit
from .outcomes import FAILED, SKIPPED, Finding, Outcome, in_one_line, report_of
from .places import Places
from .source_file import Place


def run(request: dict[str, Any], emit: Emit) -> None:
    """Tells of everything that goes wrong; raises nothing."""
    sources = loading.Sources(request["root"], request.get("overlays") or {})
    sources.install()
    try:
        _run(request, sources, emit)
    finally:
        emit({"event": "ended", "files": sources.imported()})


def _run(request: dict[str, Any], sources: loading.Sources, emit: Emit) -> None:
    checks: list[str] = list(request["checks"])
    places = Places(sources)
    started = time.perf_counter()
    emit({"event": "check-started", "check": checks[0]})
    code, message = "TR480", "the model cannot be built"
    try:
        found = loading.load(request["target"], sources, models=True)
        _expect_a_factory(found, request["target"])
        place = loading.definition(found, sources)
        name = f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', '')}"
        emit({"event": "loaded", "class_name": name, "class_place": place, "files": sources.imported()})
        from . import scale

        model, held = scale.build(
            lambda: found(*request.get("args") or (), **request.get("kwargs") or {}),
            request.get("device") or "auto",
            request.get("memory"),
        )
        _expect_a_module(model, request["target"])
        emit({"event": "built"})
        code, message = "TR481", "the dummy input cannot be made"
        inputs.expect_some(request.get("inputs"), model)
        args, kwargs = inputs.make_inputs(request.get("inputs"), sources)
    except BaseException as error:
        # Also sys.exit() in the user's code.
        place = places.of_exception(error)
        message = f"{message}: {in_one_line(error)}{_cause(error)}"
        owner = places.class_name(place) if place is not None else None
        finding = Finding(code, message, place, owner)
        outcome = Outcome(FAILED, message, report_of(error), [finding])
        _ended(checks, outcome, time.perf_counter() - started, emit)
        return
    from .sequence import run_checks
    from .subject import Inputs, Subject

    subject = Subject(
        model,
        Inputs(args, kwargs),
        places,
        request.get("layers") or {},
        _options(request),
        held,
        lambda exporter: emit({"event": "exporter-started", "exporter": exporter}),
    )
    run_checks(subject, checks, emit)


def _place(written: Any) -> Place | None:
    return None if written is None else Place(written[0], tuple(written[1]))


def _options(request: dict[str, Any]) -> Any:
    from .subject import Crash, Options

    crashes = {
        each["exporter"]: Crash(each["message"], each["detail"], _place(each["place"]))
        for each in request.get("crashes") or ()
    }
    return Options(
        request.get("opset"),
        bool(request.get("dynamic_batch")),
        tuple(request.get("exporters") or ()),
        crashes,
        bool(request.get("below_dynamo")),
    )


def _cause(error: BaseException) -> str:
    """What libraries that import lazily hide behind an error of their own."""
    cause = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return f", caused by {in_one_line(cause)}" if cause is not error else ""


def _expect_a_factory(found: Any, target: str) -> None:
    import torch

    kind = _with_article(type(found).__name__)
    wanted = "name a class, or a function that returns a torch.nn.Module"
    if isinstance(found, torch.nn.Module):
        raise loading.NotFoundError(f"{target} is {kind} that is built already: {wanted}")
    if not callable(found):
        raise loading.NotFoundError(f"{target} is {kind}: {wanted}")


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _expect_a_module(model: Any, target: str) -> None:
    import torch

    if not isinstance(model, torch.nn.Module):
        kind = _with_article(type(model).__name__)
        raise loading.NotFoundError(f"{target} gives {kind}, not a torch.nn.Module")


def _ended(checks: list[str], outcome: Outcome, seconds: float, emit: Emit) -> None:
    """The first check failed, and with it the others have nothing to check."""
    emit({"event": "check-ended", **outcome.as_json(checks[0], seconds)})
    for check in checks[1:]:
        skipped = Outcome(SKIPPED, f"not run: {outcome.message}")
        emit({"event": "check-ended", **skipped.as_json(check, 0.0)})
