"""Which lines of the user's files ran, and what tensors their assignments made: seen by a trace function."""

from __future__ import annotations

import ast
import sys
from types import CodeType, FrameType
from typing import Any, Callable, NamedTuple

import torch

from .module_calls import HERE, TORCH, ModuleCalls, caller_of_forward
from .places import Places
from .source_file import Place
from .values import described

Tracer = Callable[[FrameType, str, Any], Any]


class Target(NamedTuple):
    """A name that a statement assigns. `end_line` is the last line of what must have run before it holds."""

    name: str
    place: Place
    end_line: int


class Lines:
    """Watches frames of the user's for as long as it is entered; tells `calls` of forwards run past their hooks."""

    def __init__(self, places: Places, calls: ModuleCalls, model: torch.nn.Module) -> None:
        self._places = places
        self._calls = calls
        self._model = model
        self._targets: dict[str, dict[int, list[Target]]] = {}
        self.executed: dict[str, set[int]] = {}
        self.tensors: dict[Place, tuple[str, torch.Size, torch.dtype, str]] = {}
        # Where the model's own forward returned, if that is in the user's code: file and line.
        self.returned: tuple[str, int] | None = None

    def __enter__(self) -> None:
        self._earlier = sys.gettrace()
        sys.settrace(self._on_call)

    def __exit__(self, *_error: object) -> None:
        sys.settrace(self._earlier)

    def _on_call(self, frame: FrameType, _event: str, _argument: Any) -> Tracer | None:
        code = frame.f_code
        filename = code.co_filename
        if filename.startswith(HERE):
            return None
        is_forward = code.co_name == "forward" and code.co_argcount > 0
        if filename.startswith(TORCH):
            return self._direct_forward(frame, None) if is_forward else None
        self._calls.note_frame(frame)
        tracer = self._line_tracer(frame) if self._places.is_users(filename) else None
        if is_forward:
            return self._direct_forward(frame, tracer) or tracer
        return tracer

    def _direct_forward(self, frame: FrameType, then: Tracer | None) -> Tracer | None:
        """For `module.forward(...)`, which runs past the module's hooks."""
        module = frame.f_locals.get(frame.f_code.co_varnames[0])
        # `super().forward(x)` and decorators around forward run the module that is running anyway.
        if not isinstance(module, torch.nn.Module) or self._calls.running in (None, module):
            return None
        self._calls.enter(module, caller_of_forward(frame.f_back, module))

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if then is not None:
                then(frame, event, argument)
            if event == "return":
                self._calls.leave(module, output=argument)
            return trace

        frame.f_trace_lines = then is not None
        return trace

    def _line_tracer(self, frame: FrameType) -> Tracer:
        filename = frame.f_code.co_filename
        executed = self.executed.setdefault(filename, set())
        targets = self._targets_of(filename)
        top = self._is_models_forward(frame)
        pending: list[Target] = []

        def trace(frame: FrameType, event: str, argument: Any) -> Any:
            if event == "exception":
                pending.clear()
                return trace
            line = frame.f_lineno
            if pending and (event == "return" or not pending[0].place.range[0] < line <= pending[0].end_line):
                self._note_tensors(pending, frame)
                pending.clear()
            if event == "line":
                executed.add(line - 1)
                if not pending:
                    pending.extend(targets.get(line, ()))
            elif event == "return" and top:
                self.returned = (filename, line)
            return trace

        if frame.f_code.co_name == "forward":
            self._note_tensors(targets.get(-frame.f_code.co_firstlineno, []), frame)
        return trace

    def _is_models_forward(self, frame: FrameType) -> bool:
        code: CodeType = frame.f_code
        if code.co_name != "forward" or self._calls.running is not self._model:
            return False
        return code.co_argcount > 0 and frame.f_locals.get(code.co_varnames[0]) is self._model

    def _note_tensors(self, targets: list[Target], frame: FrameType) -> None:
        names = frame.f_locals
        for target in targets:
            value = names.get(target.name)
            if not isinstance(value, torch.Tensor):
                continue
            known = self.tensors.get(target.place)
            text = described(value)
            if known is not None and known[3] != text:
                text = _joined(known, value)
            self.tensors[target.place] = (target.name, value.shape, value.dtype, text)

    def _targets_of(self, filename: str) -> dict[int, list[Target]]:
        """By the line from 1 that a statement starts at; parameters of `forward` under its negative line."""
        known = self._targets.get(filename)
        if known is None:
            known = self._targets[filename] = {}
            for node in ast.walk(self._places.file(filename).tree):
                for line, end_line, name in _assigned(node):
                    range_of = self._places.file(filename).range_of(name)
                    text = name.arg if isinstance(name, ast.arg) else getattr(name, "id", "")
                    target = Target(text, Place(filename, range_of), end_line)
                    known.setdefault(line, []).append(target)
        return known


def _assigned(node: ast.AST) -> list[tuple[int, int, ast.AST]]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == "forward":
        first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        return [(-first, 0, argument) for argument in given]
    if isinstance(node, ast.Assign):
        written, end = node.targets, node.end_lineno
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        written, end = [node.target], node.end_lineno
    elif isinstance(node, ast.For):
        written, end = [node.target], node.iter.end_lineno
    else:
        return []
    names = [name for target in written for name in _names(target)]
    return [(node.lineno, end or node.lineno, name) for name in names]


def _names(target: ast.expr) -> list[ast.Name]:
    if isinstance(target, ast.Name):
        return [target]
    if isinstance(target, ast.Starred):
        return _names(target.value)
    if isinstance(target, (ast.Tuple, ast.List)):
        return [name for element in target.elts for name in _names(element)]
    return []


def _joined(known: tuple[str, torch.Size, torch.dtype, str], value: torch.Tensor) -> str:
    """One description of a name that held tensors of several shapes: `float32[1, ?, 8]`."""
    _, shape, dtype, text = known
    if dtype != value.dtype or len(shape) != value.dim():
        return f"{text} or {described(value)}" if " or " not in text else text
    earlier = text[text.index("[") + 1 : -1].split(", ")
    sizes = [old if old == str(new) else "?" for old, new in zip(earlier, value.shape)]
    return f"{str(dtype).replace('torch.', '')}[{', '.join(sizes)}]"
