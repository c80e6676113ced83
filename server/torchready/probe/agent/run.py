"""One run: load the model, build it, go through the checks in their order, tell each result at once."""

from __future__ import annotations

import os
import time
import traceback
from typing import Any

from . import inputs, loading
from .channel import Emit


def run(request: dict[str, Any], emit: Emit) -> None:
    """Tells of everything that goes wrong; raises nothing."""
    sources = loading.Sources(request["root"], request.get("overlays") or {})
    sources.install()
    checks: list[str] = list(request["checks"])
    try:
        _run(request, checks, sources, emit)
    finally:
        emit({"event": "ended", "files": sources.imported()})


def _run(request: dict[str, Any], checks: list[str], sources: loading.Sources, emit: Emit) -> None:
    started = time.perf_counter()
    emit({"event": "check-started", "check": checks[0]})
    try:
        found = loading.load(request["target"], sources)
        place = loading.definition(found, sources)
        name = f"{getattr(found, '__module__', '')}.{getattr(found, '__qualname__', '')}"
        emit({"event": "loaded", "class_name": name, "class_place": place, "files": sources.imported()})
        model = found(*request.get("args") or (), **request.get("kwargs") or {})
    except BaseException as error:
        _failed(checks, "TR480", f"the model cannot be built: {said(error)}", error, sources, started, emit)
        return
    emit({"event": "built"})
    try:
        args, kwargs = inputs.make_inputs(request.get("inputs"), sources)
        import torch

        with torch.no_grad():
            model.eval()(*args, **kwargs)
    except BaseException as error:
        _failed(
            checks, "TR481", f"forward fails on the dummy input: {said(error)}", error, sources, started, emit
        )
        return
    seconds = time.perf_counter() - started
    emit({"event": "check-ended", "name": checks[0], "status": "passed", "seconds": seconds, "findings": []})
    for check in checks[1:]:
        emit(
            {
                "event": "check-ended",
                "name": check,
                "status": "skipped",
                "message": "not implemented",
                "findings": [],
            }
        )


def said(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _failed(
    checks: list[str],
    code: str,
    message: str,
    error: BaseException,
    sources: loading.Sources,
    started: float,
    emit: Emit,
) -> None:
    """The first check failed, and with it the others have nothing to check."""
    place = _users_line(error, sources) or {"filename": None, "range": [0, 0, 0, 0]}
    finding = {"code": code, "message": message, **place}
    detail = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    outcome = {"status": "failed", "seconds": time.perf_counter() - started, "message": message}
    emit({"event": "check-ended", "name": checks[0], **outcome, "detail": detail, "findings": [finding]})
    for check in checks[1:]:
        emit({"event": "check-ended", "name": check, "status": "skipped", "message": message, "findings": []})


def _users_line(error: BaseException, sources: loading.Sources) -> dict[str, Any] | None:
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if sources.is_users(frame.filename)
    ]
    if not frames or not os.path.exists(frames[-1].filename):
        return None
    line = (frames[-1].lineno or 1) - 1
    code = (sources.text(frames[-1].filename) or "").splitlines()[line]
    start = len(code) - len(code.lstrip())
    return {"filename": frames[-1].filename, "range": [line, start, line, len(code.rstrip())]}
