"""Runs the models of a corpus file and records what its lines called: functions of torch, and modules."""

from __future__ import annotations

import importlib
import sys
import warnings
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
from torch.utils._pytree import tree_flatten, tree_unflatten

TORCH_FOLDER = str(Path(torch.__file__).parent)
LAYERS_FOLDER = str(Path(torch.nn.__file__).parent / "modules")

PASSED_THROUGH = frozenset((__file__, warnings.__file__))

Place = tuple[str, int]
# Warned of for each torch.tensor, that of literals too.
CONSTANT = "results are registered as constants in the trace"


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
        # A folder without an `__init__.py` asks its package where it is: all are asked before one goes.
        places = {loaded: _place_of(sys.modules[loaded]) for loaded in set(sys.modules) - known}
        for loaded, place in places.items():
            if place is not None and place.is_relative_to(root):
                del sys.modules[loaded]


def _place_of(module: ModuleType) -> Path | None:
    """Where a module was loaded from; a folder without an `__init__.py` has no file."""
    folders = list(getattr(module, "__path__", None) or ())
    place = getattr(module, "__file__", None) or (folders[0] if folders else None)
    return None if place is None else Path(place)


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


def trace_models(module: ModuleType) -> dict[Place, set[str]]:
    """What a trace warns of, by place, for every model of the file's INPUTS in eval mode."""
    warned: dict[Place, set[str]] = defaultdict(set)
    for name, make_inputs in getattr(module, "INPUTS", {}).items():
        torch.manual_seed(0)
        model, inputs = build(module, name).eval().requires_grad_(False), make_inputs()

        def note(message: Warning | str, category: type[Warning], *_: object) -> None:
            place = _calling_place(sys._getframe(1))
            if place is not None and category is torch.jit.TracerWarning and CONSTANT not in str(message):
                warned[place].add(str(message))

        with warnings.catch_warnings(), patched_display(note):
            warnings.simplefilter("always")
            trace(model, inputs)
    return warned


@contextmanager
def patched_display(show: Callable[..., None]) -> Iterator[None]:
    """Warnings from inside of torch do not say which line of the model led to them, so they are seen when given."""
    shown, warnings.showwarning = warnings.showwarning, show
    try:
        yield
    finally:
        warnings.showwarning = shown


def trace(model: torch.nn.Module, inputs: tuple[Any, ...]) -> None:
    """Trace a model with all its tensors as inputs and outputs, and all else as it is."""
    leaves, structure = tree_flatten(inputs)
    tensors = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]

    def run(*given: torch.Tensor) -> list[torch.Tensor]:
        rest = iter(given)
        whole = [next(rest) if isinstance(leaf, torch.Tensor) else leaf for leaf in leaves]
        outputs, _ = tree_flatten(model(*tree_unflatten(whole, structure)))
        found = [output for output in outputs if isinstance(output, torch.Tensor)]
        return found or list(given)

    torch.jit.trace(run, tuple(tensors), check_trace=False, strict=False)


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
        frame.f_code.co_filename.startswith(TORCH_FOLDER) or frame.f_code.co_filename in PASSED_THROUGH
    ):
        if frame.f_code.co_name == "forward" and frame.f_code.co_filename.startswith(LAYERS_FOLDER):
            return None
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)
