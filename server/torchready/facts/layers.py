"""What a functional call is as a layer: its module, the weights it works on, AIMET's exemption."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torchready.facts.analysis import Seen
from torchready.facts.classes import attributes_of, find_function, lineage
from torchready.facts.events import FunctionalCall, Operation, Site
from torchready.facts.project import Project
from torchready.facts.values import Constant, Instance, Tensor, Value, alternatives
from torchready.torch_api import aimet
from torchready.torch_api.functionals import Functional
from torchready.torch_api.signature import RECEIVER
from torchready.torch_api.tensors import Kind, returned_kind


def arguments_by_parameter(call: FunctionalCall, functional: Functional) -> dict[str, Value] | None:
    """The values of a call by the names of the function's parameters; None when they do not fit."""
    if any(isinstance(argument, ast.Starred) for argument in call.call.args):
        return None
    if any(keyword.arg is None for keyword in call.call.keywords):
        return None
    bound = functional.bind(
        len(call.call.args), [keyword.arg or "" for keyword in call.call.keywords], receiver=call.is_method
    )
    if bound is None:
        return None
    values: dict[str, Value] = {}
    offset = 1 if call.is_method else 0
    for name, place in bound.items():
        if place == RECEIVER:
            values[name] = call.arguments[0]
        elif isinstance(place, int):
            if place + offset < len(call.arguments):
                values[name] = call.arguments[place + offset]
        else:
            values[name] = call.keywords[place]
    return values


def has_weights_of_module(call: FunctionalCall, functional: Functional) -> bool | None:
    """None when the function works on no weights here; else whether these are the module's own parameters."""
    if not functional.weights:
        return None
    values = arguments_by_parameter(call, functional)
    if values is None:
        return False
    present = {
        name: values[name] for name in functional.weights if name in values and values[name] != Constant(None)
    }
    if not present:
        return None
    if "weight" in present:
        # A bias of the module's own does not make a layer of a weight that forward computes.
        return _is_parameter(present["weight"])
    return any(_is_parameter(value) for value in present.values())


def _is_parameter(value: Value) -> bool:
    return any(isinstance(part, Tensor) and part.is_parameter for part in alternatives(value))


def may_be_layer(functional: Functional, symbol: str) -> bool:
    """Whether a module is wanted in the place of a function that is called by this name."""
    if functional.category == "no_module" or aimet.is_math_invariant(symbol):
        return False
    unwanted = ("flatten", "unflatten", "clamp", "clamp_", "clip", "clip_")
    return functional.name.rpartition(".")[2] not in unwanted


def layer_of(call: FunctionalCall, functional: Functional) -> str | None:
    """The class of torch.nn that does the same as a call, None when there is none or none is wanted."""
    layers = layers_of(call, functional)
    return layers[0] if layers else None


def layers_of(call: FunctionalCall, functional: Functional) -> Sequence[str]:
    """The classes of torch.nn of which one does the same as a call: several where the call does not show which."""
    if not may_be_layer(functional, call.symbol):
        return ()
    if functional.module is not None:
        return (functional.module,)
    if not functional.variants:
        return ()
    chosen = _variant_of(call, functional)
    found = functional.variants if chosen is None else (chosen,)
    return [variant.module for variant in found if variant.module is not None]


def _variant_of(call: FunctionalCall, functional: Functional) -> Functional | None:
    positional = call.call.args
    given = {keyword.arg: keyword.value for keyword in call.call.keywords if keyword.arg is not None}
    bound = functional.bind(len(positional), list(given), receiver=call.is_method)
    if bound is None:
        return None
    arguments: dict[str, str] = {}
    # To write an argument out takes longer than all the rest, so only what decides is.
    for name in functional.deciding_parameters() & bound.keys():
        place = bound[name]
        if isinstance(place, int):
            if RECEIVER < place < len(positional):
                arguments[name] = written(positional[place])
        else:
            arguments[name] = written(given[place]) if place in given else ""
    return functional.for_call(arguments)


def is_single_operation(project: Project, seen: Seen, site: Site) -> bool:
    """AIMET's exemption: a module of the user without submodules whose forward is one operation."""
    owner = seen.owner
    if owner is None or site.owner is None or not lineage(project, owner).is_module:
        return False
    attributes = attributes_of(project, owner)
    if attributes is None or any(_holds_module(value) for value in attributes.values.values()):
        return False
    operations = [event for event in seen.events if isinstance(event, (FunctionalCall, Operation))]
    operations = [event for event in operations if isinstance(event, Operation) or not event.is_test]
    if not seen.is_forward or len(operations) != 1:
        return False
    forward = find_function(project, owner, "forward")
    return forward is not None and not _has_other_nodes(forward.node, operations[0])


def _has_other_nodes(forward: ast.AST, operation: FunctionalCall | Operation) -> bool:
    """Views, casts, shapes and constants are nodes of AIMET's graph too, though no rule reports them."""
    own = operation.call if isinstance(operation, FunctionalCall) else None
    for node in ast.walk(forward):
        if isinstance(node, ast.Attribute) and node.attr == "shape":
            return True
        if node is own or not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        receiver = node.func.value.id if isinstance(node.func.value, ast.Name) else None
        if receiver == "torch" and returned_kind(f"torch.{node.func.attr}") is Kind.TENSOR:
            return True
        if receiver not in ("self", "torch") and aimet.is_math_invariant(f"torch.Tensor.{node.func.attr}"):
            return True
    return False


def _holds_module(value: Value) -> bool:
    return any(isinstance(part, Instance) for part in alternatives(value))


def written(node: ast.expr) -> str:
    """The code of an expression. `ast.unparse` takes long, and most arguments are constants and names."""
    match node:
        case ast.Constant(value=bool() | int() | str() | None as value):
            return repr(value)
        case ast.Name(id=name):
            return name
        case ast.List(elts=parts):
            return f"[{', '.join(map(written, parts))}]"
        case _:
            return ast.unparse(node)
