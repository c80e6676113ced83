"""Calls in processes of their own: what torch's exporters are given now and then ends the process, not the call."""

from __future__ import annotations

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
# A heap that is broken may wait for itself instead of ending the process.
SECONDS = 900.0
# Imported once, and inherited by every process.
PRELOADED = (
    "torch",
    "torch.onnx",
    "torch.export",
    "torch.onnx._internal.exporter._core",
    "torch.testing._internal.common_methods_invocations",
    "torch.testing._internal.common_modules",
    "onnxscript",
)


@dataclass(frozen=True, slots=True)
class Crash:
    """A process that ended without an answer, and how: `SIGABRT`."""

    how: str


@dataclass(frozen=True, slots=True)
class _Raised:
    """The traceback of an exception, which is a mistake here and no crash."""

    text: str


def isolated(
    function: Callable[Parameters, Answer], *arguments: Parameters.args, **options: Parameters.kwargs
) -> Answer | Crash:
    """What a function of a module returns, called in a new process."""
    context = _context()
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sending, function, arguments, options), daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(SECONDS):
            process.kill()
            return Crash(f"no answer in {SECONDS:.0f} s")
        answer: Answer | _Raised = receiving.recv()
    except EOFError:
        process.join()
        return Crash(_ending(process.exitcode or 0))
    finally:
        receiving.close()
    process.join()
    if isinstance(answer, _Raised):
        raise RuntimeError(answer.text)
    return answer


def _answer(
    sending: Connection,
    function: Callable[..., object],
    arguments: tuple[object, ...],
    options: dict[str, object],
) -> None:
    # The exporters print whole graphs past Python's own streams.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        answer = function(*arguments, **options)
    except Exception:
        answer = _Raised(traceback.format_exc())
    sending.send(answer)


def _context() -> ForkServerContext | SpawnContext:
    """Never "fork": a process that has computed with torch has threads, which a fork of it lacks."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
