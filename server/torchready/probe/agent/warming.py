"""What every run needs and loads lazily, loaded once, so that forks find it there.

The first trace of a process takes a second longer than the second one, the first export five. Each step runs a small
model of common layers through what a check calls, for each layer has its own first time. A step that fails is left to
the runs, which say what is wrong.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import warnings
from collections.abc import Iterable
from functools import partial
from typing import Any, Callable

# The order in which checks run, too.
CHECKS = ("forward", "trace", "export", "onnx")


def steps_for(checks: Iterable[str]) -> list[Callable[[], None]]:
    """What to do so that these checks start quickly; each takes seconds at most."""
    wanted = set(checks)
    known = {"forward": [_forward], "trace": [_trace], "export": [_export], "onnx": [_libraries, _onnx]}
    return [step for check in CHECKS if check in wanted for step in known[check]]


def rehearsal_of(checks: Iterable[str]) -> list[Callable[[], None]]:
    """The checks themselves, once all is loaded, with a model of ours; for a process that will not be forked."""
    wanted = set(checks)
    made: list[Any] = []

    def rehearse(check: str) -> None:
        from .sequence import CHECKS as RUN

        made.extend(() if made else [_subject()])
        RUN[check](made[0])

    return [_look_at_modules, *(partial(rehearse, check) for check in CHECKS if check in wanted)]


def take(step: Callable[[], None]) -> None:
    """Take one step, quietly."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
        warnings.simplefilter("ignore")
        step()


def _forward() -> None:
    from . import run, sequence  # noqa: F401  # pyright: ignore[reportUnusedImport]
    from .checks import forward

    forward.check(_subject())


def _look_at_modules() -> None:
    """As every run does, to tell which of them are the user's."""
    from .loading import Sources

    Sources(os.getcwd(), {}).imported()


def _trace() -> None:
    from .checks import trace

    trace.check(_subject())


def _export() -> None:
    from .checks import export

    _keep_tqdm_from_threads()
    for strict in (False, True):
        export.exported(_subject(), strict=strict)


def _libraries() -> None:
    import importlib

    # Not a session of onnxruntime: it starts threads, which a fork would not have.
    for name in ("onnx", "onnxscript", "onnxruntime"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _onnx() -> None:
    from .checks import onnx

    _keep_registry()
    subject = _subject()
    with tempfile.TemporaryDirectory(prefix="torchready-") as folder:
        for exporter in onnx.exporters_of(subject):
            with contextlib.suppress(Exception):
                onnx.write(exporter, subject, os.path.join(folder, f"{exporter}.onnx"))


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


def _subject() -> Any:
    import torch
    from torch import nn

    from .loading import Sources
    from .places import Places
    from .subject import Inputs, Options, Subject

    model = nn.Sequential(
        *(
            nn.Conv2d(3, 4, 3, padding=1),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(1),
        ),
        *(nn.Flatten(), nn.Linear(4, 4), nn.LayerNorm(4), nn.GELU(), nn.Dropout()),
    )
    inputs = Inputs((torch.zeros(1, 3, 4, 4),), {})
    return Subject(model, inputs, Places(Sources(os.getcwd(), {})), {}, Options())
