"""Derives the table functional -> module: one row per spelling of an operation that is a layer.

Parameters of the function that `Module.forward` has stay in the call, those that `Module.__init__` has move
to the constructor; what is left over must keep its default, or there is no module for the call.
"""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from torchready.torch_api.generation import irregular
from torchready.torch_api.generation.signatures import (
    classes_in,
    constructor,
    forward_arguments,
    public_callables,
    signature,
)
from torchready.torch_api.generation.stubs import Argument

SHAPES = {"1d": (2, 4, 8), "2d": (2, 4, 2, 4), "3d": (1, 4, 4, 2, 2)}
NAMESPACES = ("torch", "torch.special", "torch.nn.functional", "torch.Tensor")


@dataclass(slots=True)
class Row:
    """What is known about one spelling; the loader in `torch_api.functionals` says what each field means."""

    name: str
    module: str | None
    alternatives: list[str]
    group: str
    category: str
    parameters: list[list[str | None]]
    call_arguments: dict[str, str] = field(default_factory=dict[str, str])
    constructor_arguments: dict[str, str] = field(default_factory=dict[str, str])
    constructor_fixed: dict[str, str] = field(default_factory=dict[str, str])
    required_values: dict[str, str] = field(default_factory=dict[str, str])
    ignored: list[str] = field(default_factory=list[str])
    must_be_given: list[str] = field(default_factory=list[str])
    emit_when_omitted: dict[str, str] = field(default_factory=dict[str, str])
    exclusive: list[str] = field(default_factory=list[str])
    greater_than: dict[str, str] = field(default_factory=dict[str, str])
    training: str | None = None
    weights: list[str] = field(default_factory=list[str])
    variants: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    in_place: bool = False
    note: str = ""
    verified: list[int] = field(default_factory=list[int])

    def as_json(self) -> dict[str, Any]:
        filled = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "name"}
        return {name: value for name, value in filled.items() if value not in (None, "", False, [], {})}


def rows() -> dict[str, Row]:
    """Full name -> row. Every functional of torch.nn.functional has one; elsewhere only layers have."""
    table: dict[str, Row] = {}
    for namespace in NAMESPACES:
        for name in public_callables(namespace):
            module = module_of(name)
            if module is not None:
                table[name] = _row(name, module)
            elif namespace == "torch.nn.functional":
                table[name] = _row_without_module(name)
    return table


def module_of(name: str) -> Any | None:
    """The class in torch.nn that is this function as a module, found by comparing their names."""
    short = name.rpartition(".")[2].rstrip("_")
    if name in irregular.NOT_THE_MODULE or name == "torch.nn.functional.pad":
        return None
    nn: Any = import_module("torch.nn")
    if short in irregular.MODULES:
        return getattr(nn, irregular.MODULES[short])
    classes = {key.lower(): value for key, value in classes_in("torch.nn").items()}
    plain = re.sub("_with_indices$|_forward$|^native_", "", short).replace("_", "")
    found = next((classes[key] for key in (plain, plain + "loss", plain + "1d") if key in classes), None)
    return found if found is not None and issubclass(found, nn.Module) else None


def _alternatives(name: str, module: Any) -> list[str]:
    """The same module for other numbers of dimensions, where the function serves all of them."""
    if module.__name__[-2:] not in SHAPES or name[-2:] in SHAPES or re.search(r"\d", name):
        return []
    nn: Any = import_module("torch.nn")
    family = (module.__name__[:-2] + suffix for suffix in SHAPES)
    return [f"torch.nn.{other}" for other in family if hasattr(nn, other) and other != module.__name__]


def _row_without_module(name: str) -> Row:
    parameters = [arg.row() for arg in signature(name).arguments]
    if name == "torch.nn.functional.pad":
        return _padding(name, parameters)
    return Row(name, None, [], "", "no_module", parameters)


def _row(name: str, module: Any) -> Row:
    arguments = signature(name).arguments
    row = Row(
        name=name,
        module=f"torch.nn.{module.__name__}",
        alternatives=_alternatives(name, module),
        group=module.__module__.rpartition(".")[2],
        category="safe",
        parameters=[arg.row() for arg in arguments],
        in_place=name.endswith("_"),
        note=irregular.NOTES.get(name, ""),
    )
    built = {arg.name: arg for arg in constructor(module)}
    _fix_constructor(row, module, built)
    for argument in arguments:
        _place(row, argument, module, built)
    if row.group in ("loss", "pooling") and row.name != "torch.nn.functional.linear_cross_entropy":
        # Class weights and random samples are data, not parameters of the model.
        row.weights = []
    row.must_be_given = [
        arg.name
        for arg in arguments
        if arg.name in irregular.MUST_BE_GIVEN.get(module.__name__, ()) and arg.default is not None
    ]
    row.exclusive = list(irregular.EXCLUSIVE.get(module.__name__, ()))
    row.greater_than = irregular.GREATER_THAN.get(module.__name__, {})
    _decide(row, module, built)
    return row


def _fix_constructor(row: Row, module: Any, built: dict[str, Argument]) -> None:
    row.constructor_fixed = dict(irregular.WITHOUT_PARAMETERS.get(module.__name__, {}))
    if row.in_place and "inplace" in built:
        row.constructor_fixed["inplace"] = "True"
    function = signature(row.name)
    chooses = any(arg.name == "return_indices" for arg in function.arguments)
    returns_pair = "tuple[" in function.returns and not chooses
    if (returns_pair or row.name.endswith("_with_indices")) and "return_indices" in built:
        row.constructor_fixed["return_indices"] = "True"


def _place(row: Row, argument: Argument, module: Any, built: dict[str, Argument]) -> None:
    name = argument.name
    forward = forward_arguments(module)
    target = irregular.RENAMED.get(row.name, {}).get(name, name)
    if name == "input" and "input" not in forward:
        target = forward[0]
    if name in irregular.IGNORED or target in row.constructor_fixed:
        row.ignored.append(name)
    elif target in forward and target not in row.call_arguments.values():
        row.call_arguments[name] = target
    elif name in irregular.TRAINING:
        row.training = name
    elif argument.takes_tensor and name != "out":
        row.weights.append(name)
        if argument.default is not None:
            row.required_values[name] = argument.default
    elif target in built and name not in irregular.DEPRECATED | irregular.KEEP_DEFAULT:
        row.constructor_arguments[name] = target
        if argument.default is not None and not _same_default(argument.default, built[target].default):
            row.emit_when_omitted[name] = argument.default
    elif argument.default is not None:
        row.required_values[name] = argument.default


def _same_default(functional: str, module: str | None) -> bool:
    if module is None:
        return False
    # Strides default to the kernel's size, written () in C++ and None in Python.
    empty = ("()", "None")
    return (functional in empty and module in empty) or literal_eval(functional) == literal_eval(module)


def _decide(row: Row, module: Any, built: dict[str, Argument]) -> None:
    given = {*row.constructor_arguments.values(), *row.constructor_fixed}
    missing = [arg.name for arg in built.values() if arg.default is None and arg.name not in given]
    reason = irregular.NEVER.get(row.name, "")
    if any(name not in row.required_values for name in row.weights):
        reason = "the module would own the weights: other keys in the state dict"
    elif missing:
        reason = f"the constructor needs {', '.join(missing)}, which the call does not tell"
    elif row.group == "loss" and not row.name.startswith("torch.nn."):
        reason = irregular.NUMERIC_REDUCTION
    elif row.in_place and "inplace" not in built:
        reason = "the module has no in-place form"
    if row.in_place and not reason and not honours_inplace(module):
        reason = "the module ignores inplace=True"
    if reason:
        row.category, row.note = "never", reason
    elif _has_conditions(row):
        row.category = "conditional"
    if "inplace" in row.constructor_arguments and not honours_inplace(module):
        row.required_values["inplace"] = "False"
        del row.constructor_arguments["inplace"]


def _has_conditions(row: Row) -> bool:
    unusual = row.required_values.keys() - irregular.DEPRECATED - {"out"}
    return bool(row.training or row.must_be_given or row.in_place or row.emit_when_omitted or unusual)


def honours_inplace(module: Any) -> bool:
    """Observed: the alpha dropouts take `inplace` and work out of place all the same."""
    torch: Any = import_module("torch")
    required = {"Threshold": {"threshold": 1.0, "value": 2.0}}.get(module.__name__, {})
    layer = module(inplace=True, **required).train()
    value = torch.linspace(-3, 3, 64).reshape(SHAPES.get(module.__name__[-2:], (2, 4, 2, 4)))
    return layer(value).data_ptr() == value.data_ptr()


def _padding(name: str, parameters: list[list[str | None]]) -> Row:
    row = Row(name, None, [], "padding", "conditional", parameters, call_arguments={"input": "input"})
    row.constructor_arguments = {"pad": "padding"}
    for mode, (module, lengths) in irregular.PADDING.items():
        for length in lengths:
            variant: dict[str, Any] = {
                "module": f"torch.nn.{module}{length // 2}d",
                "when": {"mode": mode},
                "length": {"pad": length},
                "constructor_arguments": {"pad": "padding"},
            }
            if mode == "'constant'":
                # F.pad reads None as zero; the constructor has no default.
                variant["constructor_arguments"]["value"] = "value"
                variant["emit_when_omitted"] = {"value": "0.0"}
            else:
                variant["required_values"] = {"value": "None"}
            row.variants.append(variant)
    row.note = "the module depends on the mode and on the length of the padding"
    return row
