"""Runs the models of a corpus file and records what its lines called: functions of torch, and modules."""

from __future__ import annotations

import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode

TORCH_FOLDER = str(Path(torch.__file__).parent)
LAYERS_FOLDER = str(Path(torch.nn.__file__).parent / "modules")

Place = tuple[str, int]


@dataclass(slots=True)
class Observed:
    """Names of torch functions by (file, line), and the places that called a module which had run before."""

    functions: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    repeated: set[Place] = field(default_factory=set)

    def functions_of(self, path: Path) -> dict[int, set[str]]:
        return {line: names for (file, line), names in self.functions.items() if file == str(path)}

    def repeated_in(self, path: Path) -> set[int]:
        return {line for file, line in self.repeated if file == str(path)}


class FunctionRecorder(TorchFunctionMode):
    """Records each torch function that is called from outside of torch's own layers."""

    def __init__(self, observed: Observed) -> None:
        super().__init__()
        self.observed = observed

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: tuple[type, ...],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        place = _calling_place(sys._getframe(1))
        if place is not None:
            self.observed.functions[place].add(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))


@contextmanager
def corpus_module(root: Path, path: Path) -> Iterator[ModuleType]:
    """The file as an imported module, its root on the search path; afterwards nothing is left behind."""
    known = set(sys.modules)
    name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
    writes_no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = writes_no_bytecode
        sys.path.remove(str(root))
        for loaded in set(sys.modules) - known:
            file = getattr(sys.modules[loaded], "__file__", None)
            if file and Path(file).is_relative_to(root):
                del sys.modules[loaded]


def build(module: ModuleType, name: str) -> torch.nn.Module:
    """What `name`, a class (dotted if nested) or a function of the file, makes without arguments."""
    made: Any = module
    for part in name.split("."):
        made = getattr(made, part)
    model = made()
    assert isinstance(model, torch.nn.Module)
    return model


def run_models(module: ModuleType, observed: Observed) -> None:
    """Run every model of the file's INPUTS on its input, in training mode."""
    for name, make_inputs in getattr(module, "INPUTS", {}).items():
        torch.manual_seed(0)
        model, inputs = build(module, name), make_inputs()
        with FunctionRecorder(observed), _recorded_modules(observed):
            model(*inputs)


@contextmanager
def _recorded_modules(observed: Observed) -> Iterator[None]:
    # The modules themselves are kept, or an identity could be given out again.
    called: dict[int, torch.nn.Module] = {}

    def record(module: torch.nn.Module, _inputs: object) -> None:
        place = _calling_place(sys._getframe(1))
        if id(module) in called and place is not None:
            observed.repeated.add(place)
        called[id(module)] = module

    handle = register_module_forward_pre_hook(record)
    try:
        yield
    finally:
        handle.remove()


def _calling_place(frame: FrameType | None) -> Place | None:
    """The line outside of torch that called, None when a layer of torch lies between."""
    while frame is not None and (
        frame.f_code.co_filename.startswith(TORCH_FOLDER) or frame.f_code.co_filename == __file__
    ):
        if frame.f_code.co_name == "forward" and frame.f_code.co_filename.startswith(LAYERS_FOLDER):
            return None
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
