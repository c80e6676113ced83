"""What every run needs and loads lazily, loaded once, so that forks find it there.

The first trace of a process takes a second longer than the second one, the first export five. Each step runs a model of
two layers through what a check calls; a step that fails is left to the runs, which say what is wrong.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import warnings
from collections.abc import Iterable
from typing import Any, Callable

# The order in which checks run, too.
CHECKS = ("forward", "trace", "export", "onnx")


def steps_for(checks: Iterable[str]) -> list[Callable[[], None]]:
    """What to do so that these checks start quickly; each takes seconds at most."""
    wanted = set(checks)
    known = {"forward": [_forward], "trace": [_trace], "export": [_export], "onnx": [_libraries, _onnx]}
    return [step for check in CHECKS if check in wanted for step in known[check]]


def take(step: Callable[[], None]) -> None:
    """Take one step, quietly."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        step()


def _forward() -> None:
    import torch

    from . import sequence  # noqa: F401  # pyright: ignore[reportUnusedImport]

    model, inputs = _model()
    with torch.no_grad():
        model(*inputs)


def _trace() -> None:
    import torch

    model, inputs = _model()
    torch.jit.trace(model, inputs)


def _export() -> None:
    import torch

    _keep_tqdm_from_threads()
    model, inputs = _model()
    torch.export.export(model, inputs, strict=False)
    torch.export.export(model, inputs, strict=True)


def _libraries() -> None:
    import importlib

    # Not a session of onnxruntime: it starts threads, which a fork would not have.
    for name in ("onnx", "onnxscript", "onnxruntime"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _onnx() -> None:
    import torch

    _keep_registry()
    model, inputs = _model()
    with tempfile.TemporaryDirectory(prefix="torchready-") as folder:
        path = os.path.join(folder, "model.onnx")
        torch.onnx.export(model, inputs, path, dynamo=True, verbose=False)


def _keep_tqdm_from_threads() -> None:
    """Its progress bars, which torch uses, start a thread, which a fork would not have."""
    with contextlib.suppress(Exception):
        import tqdm

        tqdm.tqdm.monitor_interval = 0


def _keep_registry() -> None:
    """The exporter builds the table of its translations anew for each model, which takes half a second."""
    with contextlib.suppress(Exception):
        import functools

        from torch.onnx._internal.exporter import _registration

        build: Any = _registration.ONNXRegistry.from_torchlib
        _registration.ONNXRegistry.from_torchlib = staticmethod(functools.cache(build))


def _model() -> Any:
    import torch

    model = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), torch.nn.ReLU()).eval()
    return model, (torch.zeros(1, 1, 2, 2),)
