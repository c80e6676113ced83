"""Which modules ran, from where, how often: seen by torch's global hooks and by the frames around them."""

from __future__ import annotations

import ast
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import torch

from .outcomes import Finding
from .places import Places
from .source_file import Place
from .values import described

TORCH = str(Path(torch.__file__).parent) + os.sep
TORCH_MODULES = str(Path(torch.nn.__file__).parent / "modules") + os.sep
MODULE_FILE = TORCH_MODULES + "module.py"
HERE = str(Path(__file__).parent) + os.sep
WITHOUT_WEIGHTS = "build an `nn.ModuleList` with one module per turn"
WITH_WEIGHTS = "an `nn.ModuleList` with one module per turn would untie the weights: decide by hand"


class Step(NamedTuple):
    """One frame of the user's on the way to a call. `frame` is a number that no other frame of the run has."""

    frame: int
    code: CodeType
    offset: int


class Site(NamedTuple):
    """The called expression (`self.relu`) at a call."""

    place: Place
    symbol: str


@dataclass
class Call:
    """One call of a module, as `verification.ModuleCall`."""

    site: Site | None
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass
class Invocation:
    """One run of one module. `ordinal` counts the runs of that module object in this forward from 1."""

    module: torch.nn.Module
    ordinal: int
    enclosing: Invocation | None
    path: tuple[Step, ...]
    call: Call
    started: float = field(default_factory=time.perf_counter)

    @property
    def is_inside_reused(self) -> bool:
        """Whether this module, or one around it, runs for the second time or later."""
        return self.ordinal > 1 or (self.enclosing is not None and self.enclosing.is_inside_reused)


class ModuleCalls:
    """Told of every run of a module, keeps them by module and finds those that ran before."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._running: list[Invocation] = []
        self._earlier: dict[int, list[Invocation]] = {}
        self._frames: dict[int, tuple[int, CodeType]] = {}
        self._count = 0
        self.findings: dict[tuple[str, Place], Finding] = {}

    @property
    def running(self) -> torch.nn.Module | None:
        return self._running[-1].module if self._running else None

    def of(self, module: torch.nn.Module) -> list[Call]:
        return [one.call for one in self._earlier.get(id(module), ())]

    def note_frame(self, frame: FrameType) -> None:
        """A frame of the user's has started, or a generator's goes on. Later frames may get its identity."""
        known = self._frames.get(id(frame))
        if known is not None and known[1] is frame.f_code and frame.f_code.co_flags & 0x20:
            return
        self._count += 1
        self._frames[id(frame)] = (self._count, frame.f_code)

    def enter(self, module: torch.nn.Module, caller: FrameType | None) -> None:
        """`caller` is the frame that calls the module, None when torch's own containers do."""
        enclosing = self._running[-1] if self._running else None
        path = tuple(self._path(caller)) if caller is not None else ()
        site = self._site(caller) if caller is not None else None
        # The invocations keep the modules: one made in forward must not die, or the next may get its identity.
        earlier = self._earlier.setdefault(id(module), [])
        invocation = Invocation(module, len(earlier) + 1, enclosing, path, Call(site))
        if earlier and site is not None and enclosing is not None and not enclosing.is_inside_reused:
            self._note_reuse(invocation, enclosing, earlier, site)
        earlier.append(invocation)
        self._running.append(invocation)

    def leave(
        self, module: torch.nn.Module, inputs: Any = (), keywords: Any = None, output: Any = None
    ) -> None:
        if not any(one.module is module for one in self._running):
            return
        ended = self._running.pop()
        while ended.module is not module:
            ended = self._running.pop()
        given = [described(value) for value in (inputs if isinstance(inputs, tuple) else (inputs,))]
        given += [f"{name}={described(value)}" for name, value in (keywords or {}).items()]
        ended.call.seconds = time.perf_counter() - ended.started
        ended.call.inputs = tuple(given)
        outputs = output if type(output) is tuple else (output,)
        ended.call.outputs = tuple(described(value) for value in outputs)

    def _path(self, frame: FrameType | None) -> Iterator[Step]:
        while frame is not None:
            known = self._frames.get(id(frame))
            if known is not None and known[1] is frame.f_code:
                yield Step(known[0], frame.f_code, frame.f_lasti)
            frame = frame.f_back

    def _site(self, caller: FrameType) -> Site | None:
        filename = caller.f_code.co_filename
        if not self._places.is_users(filename):
            return None
        call = self._places.call_at(caller.f_code, caller.f_lasti, caller.f_lineno)
        if call is None:
            return Site(self._places.of_code(caller.f_code, caller.f_lasti, caller.f_lineno), "")
        place = Place(filename, self._places.file(filename).range_of(call.func))
        return Site(place, ast.unparse(call.func))

    def _note_reuse(
        self, again: Invocation, enclosing: Invocation, earlier: list[Invocation], site: Site
    ) -> None:
        siblings = [one for one in earlier if one.enclosing is enclosing]
        if not siblings:
            # Called before from inside of another module: shared, which is judged where modules are registered.
            return
        symbol = site.symbol
        if not symbol.startswith("self."):
            symbol = _attribute(enclosing.module, again.module) or symbol
        name = self._places.class_name(site.place)
        if any(_same_call_again(one.path, again.path) for one in siblings):
            has_weights = next(again.module.parameters(), None) is not None
            message = (
                f"`{symbol}` is called in every turn of a loop: its quantizers would see one distribution per turn;"
                f" {WITH_WEIGHTS if has_weights else WITHOUT_WEIGHTS}"
            )
            finding = Finding("TR202", message, site.place, name, symbol)
            self.findings.pop(("TR201", site.place), None)
        else:
            message = (
                f"`{symbol}` is called again in the same forward: its quantizers would see two distributions; use"
                " a module of its own"
            )
            first = siblings[0].call.site
            related = ((first.place, "first used here"),) if first is not None else ()
            finding = Finding("TR201", message, site.place, name, symbol, related=related)
        if ("TR202", site.place) not in self.findings:
            self.findings.setdefault((finding.code, site.place), finding)


class Hooks:
    """Tells of every module that is called, for as long as it is entered."""

    def __init__(self, calls: ModuleCalls) -> None:
        self._calls = calls

    def __enter__(self) -> None:
        from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

        self._before = register_module_forward_pre_hook(self._enter)
        try:
            self._after = register_module_forward_hook(self._leave, with_kwargs=True, always_call=True)
        except TypeError:
            # Older versions of torch do not tell of keywords.
            self._after = register_module_forward_hook(
                lambda module, inputs, output: self._calls.leave(module, inputs, None, output),
                always_call=True,
            )

    def __exit__(self, *_error: object) -> None:
        self._before.remove()
        self._after.remove()

    def _enter(self, module: torch.nn.Module, _inputs: Any) -> None:
        self._calls.enter(module, caller_of_module(sys._getframe(1), module))

    def _leave(self, module: torch.nn.Module, inputs: Any, keywords: Any, output: Any) -> None:
        self._calls.leave(module, inputs, keywords, output)


def caller_of_module(frame: FrameType | None, module: torch.nn.Module) -> FrameType | None:
    """The frame outside torch that calls this module, None when a container of torch.nn does."""
    while frame is not None:
        code = frame.f_code
        if not code.co_filename.startswith((TORCH, HERE)) and not _is_own_call_method(frame, module):
            return frame
        if code.co_filename.startswith(TORCH_MODULES) and not is_module_call(code):
            return None
        frame = frame.f_back
    return None


def caller_of_forward(frame: FrameType | None, module: torch.nn.Module) -> FrameType | None:
    """Who runs the module past its hooks, be it through another method of it that calls forward."""
    while frame is not None:
        in_torch = frame.f_code.co_filename.startswith((TORCH, HERE))
        if not in_torch and not is_method_of(frame, module):
            return frame
        if frame.f_code.co_filename.startswith(TORCH_MODULES) and not is_module_call(frame.f_code):
            return None
        frame = frame.f_back
    return None


def is_module_call(code: CodeType) -> bool:
    return code.co_filename == MODULE_FILE and code.co_name in ("_call_impl", "_wrapped_call_impl", "inner")


def is_method_of(frame: FrameType, module: torch.nn.Module) -> bool:
    code = frame.f_code
    return code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is module


def _is_own_call_method(frame: FrameType, module: torch.nn.Module) -> bool:
    """`def __call__(self, ...): return super().__call__(...)` of a class is no use of its modules."""
    return frame.f_code.co_name == "__call__" and is_method_of(frame, module)


def _same_call_again(earlier: tuple[Step, ...], now: tuple[Step, ...]) -> bool:
    """Whether the innermost frame that both paths go through evaluates the same call once more."""
    offsets = {step.frame: step.offset for step in earlier}
    for step in now:
        if step.frame in offsets:
            return offsets[step.frame] == step.offset
    return False


def _attribute(owner: torch.nn.Module, module: torch.nn.Module) -> str | None:
    """`self.relu`, when the owner holds the module under a name."""
    names = [name for name, child in owner.named_children() if child is module]
    return f"self.{names[0]}" if names else None
