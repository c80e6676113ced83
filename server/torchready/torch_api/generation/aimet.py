"""Derives which operators AIMET wants as modules, and which of its modules does each.

`read_wheel` takes names and argument lists out of the sources of an aimet-torch wheel, without importing it;
`rows` joins them with torch's functions. No text of AIMET goes into the data.
"""

from __future__ import annotations

import ast
import re
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from torchready.torch_api.generation import irregular
from torchready.torch_api.generation.functionals import module_of
from torchready.torch_api.generation.signatures import overloads, public_callables, signature
from torchready.torch_api.generation.tensors import NAMESPACES, kind_of_function, takes_tensors
from torchready.torch_api.tables import COMPUTED_WEIGHT, load

CUSTOM = "aimet_torch/_base/nn/modules/custom.py"
QUANTIZED = ("aimet_torch/nn/modules/custom.py", "aimet_torch/nn/fake_quant/_legacy_impl.py")
AUGMENTED = {"+=", "-=", "*=", "/=", "//=", "%=", "**=", "@="}
# Namespaces that stand in the names of their aten ops.
PREFIXED = ("torch.linalg", "torch.special", "torch.fft")
METHODS = {"constructor": "__init__", "forward": "forward"}
GRAPH = "aimet_torch/meta/connectedgraph.py"


def read_wheel(wheel: Path) -> dict[str, Any]:
    """`math_invariant` and `passthrough` op types, and one entry per custom module: what AIMET says itself.

    A class maps to `wraps` (the function its forward calls with all arguments unchanged) or to
    `constructor` and `forward` parameters, and `quantized`: QuantSim has a quantized form of it.
    """
    with zipfile.ZipFile(wheel) as archive:
        sources = {name: archive.read(name).decode() for name in (CUSTOM, GRAPH, *QUANTIZED)}
    graph = ast.parse(sources[GRAPH])
    quantized = {name for path in QUANTIZED for name in _quantized(ast.parse(sources[path]))}
    table: dict[str, Any] = {
        "math_invariant": sorted(_constant_set(graph, "math_invariant_types")),
        "passthrough": sorted(_constant_set(graph, "passthrough_graph_nodes")),
    }
    table["conversions"] = sorted(name for name, op in irregular.AIMET_ALIASES.items() if op == "to")
    for name, row in _custom_modules(ast.parse(sources[CUSTOM])):
        table[f"class {name}"] = row | {"quantized": name in quantized}
    return table


def rows() -> dict[str, dict[str, Any]]:
    """Spelling -> row; spellings are full names and Python operators such as `+`, `+=` and `unary -`."""
    wrapped = _wrapped()
    table: dict[str, dict[str, Any]] = {}
    for name in _spellings():
        table[name] = _function_row(name, wrapped) or {}
    table |= {name: {"op": op_type} for name, op_type in irregular.ATTRIBUTES.items()}
    for operator, (function, op_type) in irregular.OPERATORS.items():
        found = wrapped.get(f"torch.{function}")
        row: dict[str, Any] = {"op": op_type, "class": found, "in_place": operator in AUGMENTED}
        if found:
            row["number_first"] = _takes_number_first(function)
        if not is_exempt(function):
            table[operator] = row
    for name, (found, op_type) in irregular.AIMET_COMPUTED_WEIGHTS.items():
        table[COMPUTED_WEIGHT + name] = _computed_weight_row(name, found, op_type)
    return {name: {key: value for key, value in row.items() if value} for name, row in table.items() if row}


def is_exempt(op_type: str) -> bool:
    """Whether the validator lets an op of this type (the aten name) pass without a module."""
    known = load("aimet_sources")
    op_type = irregular.AIMET_ALIASES.get(op_type, op_type)
    return op_type in known["math_invariant"] or op_type in known["passthrough"]


def _function_row(name: str, wrapped: dict[str, str]) -> dict[str, Any] | None:
    namespace, _, short = name.rpartition(".")
    plain = short.rstrip("_")
    operation = irregular.AIMET_ALIASES.get(plain, plain)
    if is_exempt(operation):
        return None
    family = "torch" if namespace == "torch.Tensor" else namespace
    found = wrapped.get(f"{family}.{operation}")
    if found is not None:
        return _row(name, plain, found, f"{family}.{operation}", in_place=short.endswith("_"))
    if module_of(name) is not None or name == "torch.nn.functional.pad":
        return None
    if namespace == "torch" and plain in irregular.AIMET_JOINS:
        return {"op": plain, "class": "Concat", "note": irregular.AIMET_JOINS[plain]}
    if plain in irregular.AIMET_BY_HAND:
        by_hand, note = irregular.AIMET_BY_HAND[plain]
        return {"op": plain, "class": by_hand, "note": note}
    prefix = namespace.removeprefix("torch.") + "_" if namespace in PREFIXED else ""
    return {"op": prefix + irregular.AIMET_OP_TYPES.get(plain, plain)}


def _spellings() -> Iterator[str]:
    """Functions and methods that compute tensors from tensors."""
    for namespace in NAMESPACES:
        for name in public_callables(namespace):
            short = name.rpartition(".")[2]
            if short in irregular.NOT_COMPUTED or re.search(irregular.NOT_COMPUTED_PATTERN, short):
                continue
            if kind_of_function(name) in ("tensor", "tuple", "list", "overloaded") and takes_tensors(name):
                yield name


def _wrapped() -> dict[str, str]:
    """Function -> AIMET class; methods wrap as the function of their name."""
    found = {f"torch.{function}": name for function, name in irregular.AIMET_CLASSES.items()}
    for key, row in load("aimet_sources").items():
        if key.startswith("class ") and "wraps" in row:
            function = row["wraps"].replace("torch.Tensor.", "torch.").rstrip("_")
            found.setdefault(function, key.removeprefix("class "))
    return found


def _row(name: str, plain: str, found: str, function: str, *, in_place: bool) -> dict[str, Any]:
    source = load("aimet_sources")[f"class {found}"]
    arguments = signature(name).arguments
    row: dict[str, Any] = {
        "op": irregular.AIMET_OP_TYPES.get(plain, plain),
        "class": found,
        "in_place": in_place,
        "note": irregular.AIMET_NO_FIX.get(found, ""),
        "variadic": any(overload.variadic for overload in overloads(name)),
    }
    if not source["quantized"] and not row["note"]:
        row["note"] = f"AIMET's quantization simulation has no quantized {found}"
    if name.startswith("torch.Tensor.") and not in_place and not _same_order(name, function):
        row["note"] = f"the method takes its arguments in another order than {found}"
    if "wraps" in source:
        return row
    row["parameters"] = [arg.row() for arg in arguments]
    if found == "Concat":
        row["unpacked"] = arguments[0].name
        row["constructor_arguments"] = {"dim": "axis"}
        row["required_values"] = {"out": "None"}
    else:
        row["required_values"] = {arg.name: arg.default for arg in arguments[2:] if arg.default is not None}
    return row


def _computed_weight_row(name: str, found: str, op_type: str) -> dict[str, Any]:
    """The call keeps the input, the weight and the bias; all else goes to the constructor."""
    source = load("aimet_sources")[f"class {found}"]
    arguments = signature(name).arguments
    return {
        "op": op_type,
        "class": found,
        "note": f"its weight is computed: build AIMET's {found} and call it with the weight by hand",
        "parameters": [argument.row() for argument in arguments],
        "constructor_arguments": {
            argument.name: argument.name for argument in arguments if argument.name in source["constructor"]
        },
    }


def _same_order(method: str, function: str) -> bool:
    """Whether the method is the function with its receiver first."""
    names, others = _positional_names(method), _positional_names(function)
    return all(any(name == other[: len(name)] for other in others) for name in names)


def _positional_names(name: str) -> list[list[str]]:
    return [
        [arg.name for arg in overload.arguments if not arg.keyword_only and arg.name != "out"]
        for overload in overloads(name)
    ]


def _takes_number_first(function: str) -> bool:
    """Observed: torch.sub(2, x) works, torch.gt(2, x) does not."""
    torch: Any = import_module("torch")
    try:
        getattr(torch, function)(2, torch.ones(2))
    except TypeError:
        return False
    return True


def _custom_modules(tree: ast.Module) -> Iterator[tuple[str, dict[str, Any]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Name) and call.func.id == "create_wrapper_module":
                name, function = call.args
                yield ast.literal_eval(name), {"wraps": ast.unparse(function).replace("._", ".")}
        elif isinstance(node, ast.ClassDef):
            methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
            yield node.name, {name: _parameters(methods.get(m)) for name, m in METHODS.items()}


def _parameters(method: ast.FunctionDef | None) -> list[str]:
    if method is None:
        return []
    names = [arg.arg for arg in method.args.args[1:]]
    return [*names, f"*{method.args.vararg.arg}"] if method.args.vararg else names


def _quantized(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "implements"
        ):
            yield ast.unparse(node.args[0]).rpartition(".")[2]
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "custom":
            yield node.attr


def _constant_set(tree: ast.Module, name: str) -> set[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return set(ast.literal_eval(node.value))
    raise LookupError(f"the wheel has no set {name}: its layout has changed")
