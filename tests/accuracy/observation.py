"""What a model really does in one forward: functional calls, module calls, reuse, and what was executed.

Nothing here knows torchready: this is the truth its static findings are measured against.
Needs Python 3.11 (columns of byte code).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch
from tests.accuracy.source_calls import Call, read_source
from tests.accuracy.truth import LOOP_REUSE, REUSE, SHARED
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.overrides import TorchFunctionMode

TORCH = str(Path(torch.__file__).parent) + "/"
TORCH_MODULES = TORCH + "nn/modules/"
TORCH_FUNCTIONAL = TORCH + "nn/functional.py"
OBSERVER = (__file__, str(Path(__file__).with_name("source_calls.py")))


@dataclass(frozen=True)
class Site:
    """A call expression in a file."""

    filename: str
    call: Call


@dataclass(frozen=True)
class FunctionalCall:
    """`takes_parameters`: some argument is a parameter of a module (F.linear(x, self.weight))."""

    site: Site
    api: str
    takes_parameters: bool


@dataclass(frozen=True)
class ModuleReuse:
    """A module that ran before runs again.

    kind: REUSE at another call on the same path of the module that encloses both calls, LOOP_REUSE at a call
    that is evaluated again in a loop, SHARED when the earlier calls were made from inside other modules.
    `through`: calls of helpers, outermost first, that led from the enclosing module's forward to the site.
    """

    site: Site
    kind: str
    module: str
    first: Site | None
    through: tuple[Site, ...]


@dataclass
class Observation:
    functional_calls: set[FunctionalCall] = field(default_factory=set)
    reuses: set[ModuleReuse] = field(default_factory=set)
    module_calls: dict[Site, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Module calls evaluated more than once while one enclosing module ran.
    repeated: set[Site] = field(default_factory=set)
    executed: set[Site] = field(default_factory=set)


@dataclass
class _Invocation:
    """One run of one module. `ordinal` counts the runs of that module object in this forward from 1."""

    module: torch.nn.Module
    ordinal: int
    enclosing: _Invocation | None
    calls_at: dict[Site, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def is_inside_reused(self) -> bool:
        """Whether this module, or one around it, runs for the second time or later."""
        return self.ordinal > 1 or (self.enclosing is not None and self.enclosing.is_inside_reused)


@dataclass(frozen=True)
class _Step:
    frame: FrameType
    offset: int


@dataclass(frozen=True)
class _PastCall:
    enclosing: _Invocation | None
    path: tuple[_Step, ...]
    site: Site | None


class Observer:
    """Watches forwards of models. `is_watched` says of which files call expressions are recorded."""

    def __init__(self, is_watched: Callable[[str], bool]) -> None:
        self.observation = Observation()
        self._is_watched = lru_cache(maxsize=None)(is_watched)
        self._running: list[_Invocation] = []
        self._calls: dict[int, list[_PastCall]] = defaultdict(list)
        self._alive: list[torch.nn.Module] = []
        self._offsets: dict[CodeType, set[int]] = defaultdict(set)
        self._base: FrameType | None = None

    def run(self, model: torch.nn.Module, *args: Any, **kwargs: Any) -> None:
        """One forward. What was seen until an exception is kept; the exception goes to the caller."""
        self._running, self._calls, self._alive = [], defaultdict(list), []
        self._base = sys._getframe()
        try:
            with self._hooks(), _FunctionMode(self), self._trace():
                model(*args, **kwargs)
        finally:
            self._note_executed()
            self._running, self._calls, self._alive, self._base = [], defaultdict(list), [], None

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        before = register_module_forward_pre_hook(self._before_module)
        after = register_module_forward_hook(self._after_module, always_call=True)
        try:
            yield
        finally:
            before.remove()
            after.remove()

    @contextmanager
    def _trace(self) -> Iterator[None]:
        earlier = sys.gettrace()
        sys.settrace(self._on_frame)
        try:
            yield
        finally:
            sys.settrace(earlier)

    # Module calls

    def _before_module(self, module: torch.nn.Module, _inputs: Any) -> None:
        caller = _caller_of_module(sys._getframe(1), module)
        self._enter(module, caller)

    def _after_module(self, module: torch.nn.Module, _inputs: Any, _outputs: Any) -> None:
        if any(running.module is module for running in self._running):
            while self._running.pop().module is not module:
                pass

    def _enter(self, module: torch.nn.Module, caller: FrameType | None) -> None:
        """`caller` is the frame that calls the module, None when torch's own containers do."""
        enclosing = self._running[-1] if self._running else None
        # A module made in forward must not die, or the next one may get its id.
        self._alive.append(module)
        earlier = self._calls[id(module)]
        path = tuple(self._path(caller)) if caller else ()
        site = self._site(path[0].frame.f_code, path[0].offset) if path else None
        if site:
            self._note_module_call(site, module, enclosing)
        if earlier and site and enclosing and not enclosing.is_inside_reused:
            self._note_reuse(site, module, enclosing, earlier, path)
        earlier.append(_PastCall(enclosing, path, site))
        self._running.append(_Invocation(module, len(earlier), enclosing))

    def _note_module_call(self, site: Site, module: torch.nn.Module, enclosing: _Invocation | None) -> None:
        self.observation.module_calls[site].add(_type_name(module))
        if enclosing is None:
            return
        enclosing.calls_at[site] += 1
        if enclosing.calls_at[site] > 1:
            self.observation.repeated.add(site)

    def _note_reuse(
        self,
        site: Site,
        module: torch.nn.Module,
        enclosing: _Invocation,
        earlier: list[_PastCall],
        path: tuple[_Step, ...],
    ) -> None:
        siblings = [call for call in earlier if call.enclosing is enclosing]
        kind = SHARED
        if siblings:
            kind = LOOP_REUSE if any(_same_call_again(call.path, path) for call in siblings) else REUSE
        first = (siblings or earlier)[0].site
        through = tuple(self._through(path))
        self.observation.reuses.add(ModuleReuse(site, kind, _type_name(module), first, through))

    def _path(self, frame: FrameType | None) -> Iterator[_Step]:
        """Frames outside torch from the call outwards, to the call of the model itself."""
        while frame is not None and frame is not self._base:
            if not frame.f_code.co_filename.startswith(TORCH):
                yield _Step(frame, frame.f_lasti)
            frame = frame.f_back

    def _through(self, path: tuple[_Step, ...]) -> Iterator[Site]:
        """The helper calls of a path, inside the module that runs, outermost first."""
        module = self._running[-1].module
        helpers: list[Site] = []
        frame: FrameType | None = path[0].frame
        steps = {step.frame: step.offset for step in path}
        while frame is not None and frame is not self._base and not _is_module_call(frame.f_code):
            if frame in steps and frame is not path[0].frame:
                site = self._site(frame.f_code, steps[frame])
                helpers.extend([site] if site else [])
            if _is_forward_of(frame, module):
                break
            frame = frame.f_back
        return reversed(helpers)

    # Functional calls

    def note_function(self, function: Any, values: list[Any]) -> None:
        api = _api_names().get(function)
        caller: FrameType | None = sys._getframe(2)
        while caller is not None and caller.f_code.co_filename.startswith((TORCH, *OBSERVER)):
            if caller.f_code.co_filename.startswith(TORCH_MODULES):
                return
            if caller.f_code.co_filename == TORCH_FUNCTIONAL:
                name = caller.f_code.co_name
                api = api if name.startswith("_") else f"torch.nn.functional.{name}"
            caller = caller.f_back
        if caller is None or api is None:
            return
        site = self._site(caller.f_code, caller.f_lasti)
        if site:
            takes_parameters = any(isinstance(value, torch.nn.Parameter) for value in values)
            self.observation.functional_calls.add(FunctionalCall(site, api, takes_parameters))

    # Executed expressions

    def _on_frame(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        code = frame.f_code
        direct = code.co_name == "forward" and self._is_direct_forward(frame)
        watched = self._is_watched(code.co_filename)
        frame.f_trace_lines = False
        if not direct:
            if not watched:
                return None
            frame.f_trace_opcodes = True
            return self._opcode_tracer(code)
        frame.f_trace_opcodes = watched
        module = frame.f_locals[code.co_varnames[0]]
        self._enter(module, _caller_of_forward(frame.f_back, module))
        opcodes = self._opcode_tracer(code)

        def trace_direct_forward(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "opcode":
                opcodes(frame, event, argument)
            if event == "return":
                self._after_module(module, None, None)
            return trace_direct_forward

        return trace_direct_forward

    def _is_direct_forward(self, frame: FrameType) -> bool:
        """Whether `module.forward(...)` was called past the module's hooks."""
        code = frame.f_code
        if code.co_argcount == 0 or not self._running:
            return False
        module = frame.f_locals.get(code.co_varnames[0])
        if not isinstance(module, torch.nn.Module):
            return False
        # `super().forward(x)` and decorators around forward run the module that is running anyway.
        return self._running[-1].module is not module

    def _opcode_tracer(self, code: CodeType) -> Callable[[FrameType, str, Any], Any]:
        add = self._offsets[code].add

        def trace(frame: FrameType, event: str, _argument: Any) -> Any:
            if event == "opcode":
                add(frame.f_lasti)
            return trace

        return trace

    def _note_executed(self) -> None:
        for code, offsets in self._offsets.items():
            for offset in offsets:
                site = self._site(code, offset)
                if site:
                    self.observation.executed.add(site)

    def _site(self, code: CodeType, offset: int) -> Site | None:
        if not self._is_watched(code.co_filename):
            return None
        call = read_source(code.co_filename).call_at(code, offset)
        return Site(code.co_filename, call) if call else None


class _FunctionMode(TorchFunctionMode):
    def __init__(self, observer: Observer) -> None:
        super().__init__()
        self._observer = observer

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        self._observer.note_function(func, [*args, *kwargs.values()])
        return func(*args, **kwargs)


def _same_call_again(earlier: tuple[_Step, ...], now: tuple[_Step, ...]) -> bool:
    """Whether the innermost frame that both paths go through evaluates the same call once more."""
    offsets = {step.frame: step.offset for step in earlier}
    for step in now:
        if step.frame in offsets:
            return offsets[step.frame] == step.offset
    return False


def _caller_of_module(frame: FrameType | None, module: torch.nn.Module) -> FrameType | None:
    """The frame outside torch that calls this module, None when a container of torch.nn does."""
    while frame is not None:
        code = frame.f_code
        in_torch = code.co_filename.startswith((TORCH, *OBSERVER))
        if not in_torch and not _is_own_call_method(frame, module):
            return frame
        if code.co_filename.startswith(TORCH_MODULES) and not _is_module_call(code):
            return None
        frame = frame.f_back
    return None


def _is_forward_of(frame: FrameType, module: torch.nn.Module) -> bool:
    return frame.f_code.co_name == "forward" and _is_method_of(frame, module)


def _is_method_of(frame: FrameType, module: torch.nn.Module) -> bool:
    code = frame.f_code
    return code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is module


def _is_own_call_method(frame: FrameType, module: torch.nn.Module) -> bool:
    """`def __call__(self, ...): return super().__call__(...)` of a class is no use of its modules."""
    return frame.f_code.co_name == "__call__" and _is_method_of(frame, module)


def _is_module_call(code: CodeType) -> bool:
    return code.co_filename == TORCH_MODULES + "module.py" and code.co_name in (
        "_call_impl",
        "_wrapped_call_impl",
        "inner",
    )


def _caller_of_forward(frame: FrameType | None, module: torch.nn.Module) -> FrameType | None:
    """Who runs the module past its hooks, be it through another method of it that calls forward."""
    while frame is not None:
        in_torch = frame.f_code.co_filename.startswith((TORCH, *OBSERVER))
        if not in_torch and not _is_method_of(frame, module):
            return frame
        if frame.f_code.co_filename.startswith(TORCH_MODULES) and not _is_module_call(frame.f_code):
            return None
        frame = frame.f_back
    return None


def _type_name(module: torch.nn.Module) -> str:
    return f"{type(module).__module__}.{type(module).__qualname__}"


@cache
def _api_names() -> dict[Any, str]:
    """Full names of functions and methods; of two names for one function that in torch.nn.functional."""
    places = (
        ("torch.Tensor", torch.Tensor),
        ("torch.special", torch.special),
        ("torch", torch),
        ("torch.nn.functional", torch.nn.functional),
    )
    names: dict[Any, str] = {}
    for prefix, place in places:
        for name in dir(place):
            value = getattr(place, name, None)
            if callable(value) and not isinstance(value, type) and not name.startswith("_"):
                names[value] = f"{prefix}.{name}"
    return names
