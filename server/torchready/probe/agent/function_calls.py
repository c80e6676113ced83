"""Functions of torch that the user's code calls: layers that should be modules, and values taken out of tensors.

Seen by a torch-function mode. An active mode switches fused kernels off (the fast path of
nn.TransformerEncoderLayer), so numbers that others are compared with are never computed inside of it.
"""

from __future__ import annotations

import ast
import dis
import sys
from collections.abc import Iterable, Mapping
from types import FrameType
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from .module_calls import HERE, TORCH, TORCH_MODULES
from .outcomes import Finding
from .places import Places
from .source_file import Place

FUNCTIONAL_FILE = torch.nn.functional.__file__
# Frames of torch that stand between the user's call and the function mode.
THIN = tuple(TORCH + name for name in ("_tensor.py", "overrides.py", "functional.py"))
# What only looks at a weight in another way or in another type.
VIEWS = frozenset(
    (
        *("t", "transpose", "permute", "view", "reshape", "flatten", "unsqueeze", "squeeze", "expand"),
        *("contiguous", "detach", "clone", "__get__", "__getitem__"),
        *("to", "type", "type_as", "float", "half", "double", "bfloat16"),
    )
)
CONVERSIONS: Mapping[str, str] = {
    "item": "`.item()` takes a number out of a tensor",
    "tolist": "`.tolist()` takes numbers out of a tensor",
    "numpy": "`.numpy()` takes an array out of a tensor",
    "__array__": "an array is made of a tensor",
    "__int__": "`int()` takes a number out of a tensor",
    "__float__": "`float()` takes a number out of a tensor",
    "__complex__": "`complex()` takes a number out of a tensor",
    "__index__": "a tensor is used as a Python index",
    "__format__": "a tensor is formatted as text",
    "__contains__": "`in` looks for a value in a tensor",
    "tensor": "`torch.tensor()` copies the numbers of a tensor",
}
FROZEN = "a trace keeps the value of the dummy input for ever"


class FunctionCalls(TorchFunctionMode):
    """`layers` says of which functions torch.nn has a module: {full name: {"module", "parameters", "weights"}}."""

    def __init__(
        self, places: Places, layers: Mapping[str, Mapping[str, Any]], model: torch.nn.Module
    ) -> None:
        super().__init__()
        self._places = places
        self._layers = functions_named(layers)
        self._rows = layers
        self._weights: dict[int, torch.Tensor] = {}
        for module in model.modules():
            own = (*module._parameters.values(), *module._buffers.values())
            self._weights.update({id(tensor): tensor for tensor in own if tensor is not None})
        self.findings: dict[tuple[str, Place], Finding] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        layer = self._layers.get(func) if _is_hashable(func) else None
        if layer is not None:
            self._note_layer(layer, args, kwargs)
        elif name in CONVERSIONS or name == "__bool__":
            self._note_conversion(name, f"torch.Tensor.{name}")
        elif func is torch.tensor and args and isinstance(args[0], torch.Tensor):
            self._note_conversion("tensor", "torch.tensor")
        result = func(*args, **kwargs)
        if name in VIEWS and args and id(args[0]) in self._weights and isinstance(result, torch.Tensor):
            self._weights[id(result)] = result
        return result

    # Layers

    def _note_layer(self, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith((TORCH, HERE)):
            if frame.f_code.co_filename.startswith(TORCH_MODULES):
                return
            if frame.f_code.co_filename == FUNCTIONAL_FILE and not frame.f_code.co_name.startswith("_"):
                name = f"torch.nn.functional.{frame.f_code.co_name}"
            frame = frame.f_back
        row = self._rows.get(name)
        if row is None or frame is None or not self._places.is_users(frame.f_code.co_filename):
            return
        code = self._code_of(row, args, kwargs)
        called = name.rpartition(".")[2]
        call = self._places.call_at(frame.f_code, frame.f_lasti, frame.f_lineno, called)
        if code is None or call is None:
            return
        filename = frame.f_code.co_filename
        place = Place(filename, self._places.file(filename).range_of(call.func))
        owner = self._places.class_name(place)
        finding = Finding(code, _layer_message(code, name, row), place, owner, name)
        self.findings.setdefault((code, place), finding)

    def _code_of(
        self, row: Mapping[str, Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> str | None:
        given = {**dict(zip(row.get("parameters") or (), args)), **kwargs}
        weights = {name: given[name] for name in row.get("weights") or () if given.get(name) is not None}
        if not weights:
            return "TR101" if row.get("module") else None
        deciding = [weights["weight"]] if "weight" in weights else list(weights.values())
        return "TR102" if any(id(weight) in self._weights for weight in deciding) else None

    # Values taken out of tensors

    def _note_conversion(self, name: str, symbol: str) -> None:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith((HERE, *THIN)):
            frame = frame.f_back
        if frame is None or not self._places.is_users(frame.f_code.co_filename):
            return
        place = self._places.of_code(frame.f_code, frame.f_lasti, frame.f_lineno)
        if name == "__bool__":
            place = self._places.tested(place)
        code, what = "TR303", CONVERSIONS.get(name, "`bool()` takes a truth value out of a tensor")
        if name == "__bool__" and not _is_call(frame):
            code, what = self._truth_value(place)
        if code == "TR303":
            place = self._places.callee(place)
        finding = Finding(code, f"{what}: {FROZEN}", place, self._places.class_name(place), symbol)
        self.findings.setdefault((code, place), finding)

    def _truth_value(self, place: Place) -> tuple[str, str]:
        """What a truth value at this place decides."""
        file = self._places.file(place.filename)
        statement = file.statement_at(place.range[0] + 1)
        node = file.expression_at(place.range)
        while node is not None and node is not statement:
            parent = file.parents.get(node)
            if isinstance(parent, ast.IfExp) and parent.test is node:
                return "TR301", "a value in a tensor decides which expression is evaluated"
            node = parent
        if isinstance(statement, ast.While):
            return "TR302", "a value in a tensor decides how often the loop turns"
        if isinstance(statement, ast.Assert):
            return "TR301", "a value in a tensor decides whether the assertion holds"
        return "TR301", "a value in a tensor decides which branch runs"


def _is_call(frame: FrameType) -> bool:
    """Whether a frame is in a call, as `bool(x)` is, and not in a test, whose place may be that of a call, too."""
    return dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith("CALL")


def functions_named(names: Iterable[str]) -> dict[Any, str]:
    """What these full names stand for in this torch; of two names for one function the one in torch.nn.functional."""
    found: dict[Any, str] = {}
    for name in sorted(names, key=lambda name: name.startswith("torch.nn.functional.")):
        value: Any = torch
        for part in name.split(".")[1:]:
            value = getattr(value, part, None)
        if callable(value) and _is_hashable(value):
            found[value] = name
    return found


def _layer_message(code: str, name: str, row: Mapping[str, Any]) -> str:
    short = name.replace("torch.nn.functional.", "F.").replace("torch.Tensor.", "Tensor.")
    module = row.get("module") or "module of torch.nn"
    if code == "TR102":
        return (
            f"`{short}` works on parameters or buffers that the module holds itself: make the layer an `{module}`,"
            " which owns its weights (no fix: the keys of the state dict would change)"
        )
    return (
        f"`{short}` is called as a function: AIMET and other tools that work on modules do not see it; make it an"
        f" `{module}` in `__init__`"
    )


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
