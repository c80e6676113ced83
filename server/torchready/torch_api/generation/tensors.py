"""Derives what the functions and methods of torch return, and what a tensor's attributes are.

Sources, in this order: Python annotations and type stubs, the schemas of aten, the hand-written rest.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

from torchready.torch_api.generation import irregular
from torchready.torch_api.generation.signatures import (
    METHOD,
    attribute_types,
    overloads,
    public_callables,
    resolve,
)
from torchready.torch_api.generation.stubs import Argument, Overload, functions_of

NAMESPACES = ("torch", "torch.nn.functional", "torch.Tensor", "torch.linalg", "torch.special", "torch.fft")

# Names of types as they stand in annotations and schemas.
KINDS = {
    "Tensor": "tensor",
    "torch.Tensor": "tensor",
    "Self": "tensor",
    "_int": "number",
    "_float": "number",
    "_complex": "number",
    "Number": "number",
    "_int | SymInt": "number",
    "int": "number",
    "float": "number",
    "number": "number",
    "Scalar": "number",
    "_bool": "bool",
    "bool": "bool",
    "Size": "size",
    "torch.Size": "size",
    "_dtype": "dtype",
    "dtype": "dtype",
    "torch.dtype": "dtype",
    "_device": "device",
    "device": "device",
    "torch.device": "device",
    "str": "string",
    "None": "none",
    "NoneType": "none",
    "list": "python",
    "numpy.ndarray": "python",
    "tuple[_int, ...]": "size",
    "Sequence[Tensor]": "tuple",
}


def rows() -> dict[str, str]:
    """`namespace kind` -> the names of that kind, separated by blanks; `namespace.* kind` for attributes."""
    table: dict[str, list[str]] = {}
    for name, kind in (_functions() | irregular.RETURNS).items():
        if kind == "unknown":
            continue
        namespace, _, short = name.rpartition(".")
        table.setdefault(f"{namespace} {kind}", []).append(short)
    for name, kind in _attributes().items():
        namespace, _, short = name.rpartition(".")
        table.setdefault(f"{namespace}.* {kind}", []).append(short)
    return {key: " ".join(sorted(names)) for key, names in table.items()}


def overloaded() -> dict[str, list[list[Any]]]:
    """Full name -> [kind, [name, type, required], ...] of each overload, where their kinds differ."""
    found: dict[str, list[list[Any]]] = {}
    for name in _names():
        known = _overloads(name)
        kinds = {kind_of(overload.returns) for overload in known}
        if len(kinds) > 1 and name not in irregular.RETURNS:
            found[name] = [
                [kind_of(overload.returns), *(_parameter(arg) for arg in overload.arguments)]
                for overload in known
            ]
    return found


def kind_of(annotation: str) -> str:
    annotation = annotation.replace("typing.", "").strip("'\"")
    if annotation in KINDS:
        return KINDS[annotation]
    if annotation.startswith(("tuple[Tensor", "tuple[torch.Tensor", "torch.return_types.", "(Tensor, ")):
        return "tuple"
    return "list" if annotation in ("list[Tensor]", "list[torch.Tensor]", "List[Tensor]") else "unknown"


def _names() -> list[str]:
    operators = [
        METHOD + name
        for name in sorted(functions_of("_C/__init__.pyi", "TensorBase"))
        if name.startswith("__")
    ]
    return [name for namespace in NAMESPACES for name in public_callables(namespace)] + operators


def kind_of_function(name: str) -> str:
    """One of the kinds, "overloaded" where it depends on the arguments, or "unknown"."""
    if name in irregular.RETURNS:
        return irregular.RETURNS[name]
    kinds = {kind_of(overload.returns) for overload in _overloads(name)} or {_schema_kind(name)}
    kind = kinds.pop() if len(kinds) == 1 else "overloaded"
    return _schema_kind(name) if kind == "unknown" else kind


def _functions() -> dict[str, str]:
    return {name: kind for name in _names() if (kind := kind_of_function(name)) != "overloaded"}


def _overloads(name: str) -> list[Overload]:
    return _dispatched(name) or [overload for overload in overloads(name) if overload.returns]


def _dispatched(name: str) -> list[Overload]:
    """Two overloads for the functions that return a pair when a flag such as `return_indices` is set."""
    function = resolve(name)
    if not inspect.isfunction(function):
        return []
    closure = inspect.getclosurevars(function).nonlocals
    if "if_true" not in closure:
        return []
    arguments = overloads(name)[0].arguments
    flag = closure["arg_name"]
    without = tuple(arg for arg in arguments if arg.name != flag)
    required = tuple(
        Argument(arg.name, None if arg.name == flag else arg.default, arg.keyword_only, arg.annotation)
        for arg in arguments
    )
    return [Overload(without, "Tensor"), Overload(required, "tuple[Tensor, Tensor]")]


def _parameter(argument: Argument) -> list[str | bool]:
    plain = argument.annotation.removesuffix(" | None")
    kind = "any" if "Tensor" in plain else "value"
    if plain == "Tensor":
        kind = "tensor"
    elif plain == "Literal[False]" or (plain == "None" and argument.default == "None"):
        # A default that only stands in the overload it selects: naming it means another one.
        kind = "none"
    return [argument.name, kind, argument.default is None]


def _schema_kind(name: str) -> str:
    torch: Any = import_module("torch")
    namespace, _, short = name.rpartition(".")
    prefix = {"torch.linalg": "linalg_", "torch.special": "special_", "torch.fft": "fft_"}.get(namespace, "")
    schemas = torch._C._jit_get_schemas_for_operator(f"aten::{prefix}{short}")
    kinds = {_returned(schema) for schema in schemas if _takes_tensors(schema)}
    return kinds.pop() if len(kinds) == 1 else "unknown"


def _takes_tensors(schema: Any) -> bool:
    types = {str(argument.type) for argument in schema.arguments}
    return "Tensor" in types and not schema.overload_name.endswith("out")


def takes_tensors(name: str) -> bool:
    """Whether a function computes from tensors, or from lists of them; `out` does not count."""
    if name.startswith(METHOD):
        return True
    arguments = [arg for overload in overloads(name) for arg in overload.arguments if arg.name != "out"]
    # Constructors of constants have stubs; a first argument without annotation is a tensor in Python code.
    unannotated = not arguments or not arguments[0].annotation
    return unannotated or any(arg.takes_tensor for arg in arguments)


def _returned(schema: Any) -> str:
    types = [str(returned.type) for returned in schema.returns]
    if len(types) == 1:
        return kind_of(types[0])
    return "tuple" if types and set(types) == {"Tensor"} else "unknown"


def _attributes() -> dict[str, str]:
    torch: Any = import_module("torch")
    found = {METHOD + name: kind_of(annotation) for name, annotation in attribute_types().items()}
    types = {torch.dtype: "dtype", float: "number"}
    for name in dir(torch):
        value = getattr(torch, name)
        if type(value) in types and not name.startswith("_"):
            found[f"torch.{name}"] = types[type(value)]
    return {name: kind for name, kind in found.items() if kind != "unknown" and "._" not in name}
