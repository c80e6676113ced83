"""The arguments of a call as plain constants, where the code shows them."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torchready.facts.events import FunctionalCall
from torchready.facts.values import Constant, Container, Instance, Tensor, TorchName, Value
from torchready.torch_api.modules import find_module
from torchready.torch_api.onnx_limit import UNKNOWN, Argument, Condition
from torchready.torch_api.signature import bind


def constant_of(value: Value) -> Argument:
    """A number, text, None, the full name of a constant of torch, a tuple of these, or UNKNOWN."""
    match value:
        case Constant():
            return value.value
        case TorchName():
            return value.name
        case Container("tuple" | "list", _, tuple() as items) if value.element is None:
            found = tuple(constant_of(item) for item in items)
            return UNKNOWN if UNKNOWN in found else found
        case _:
            return UNKNOWN


def rank_of(value: Value) -> Argument:
    """How many dimensions a tensor has, or UNKNOWN."""
    return value.rank if isinstance(value, Tensor) and value.rank is not None else UNKNOWN


def given_in_call(call: FunctionalCall, conditions: Sequence[Condition]) -> dict[str, Argument] | None:
    """The values of the parameters of some conditions that a call gives; None when it does not show them.

    Positions are those of the function: a method's receiver is the first.
    """
    if any(isinstance(argument, ast.Starred) for argument in call.call.args):
        return None
    if any(keyword.arg is None for keyword in call.call.keywords):
        return None
    found: dict[str, Argument] = {}
    for one in conditions:
        read = rank_of if one.is_of_rank else constant_of
        if one.parameter in call.keywords:
            found[one.parameter] = read(call.keywords[one.parameter])
        elif one.position is not None and one.position < len(call.arguments):
            found[one.parameter] = read(call.arguments[one.position])
    return found


def given_to_constructor(module: Instance) -> dict[str, Argument] | None:
    """The constructor's arguments of a module of torch; None when the code does not show them."""
    known = find_module(module.torch_class or "")
    if known is None or module.creation is None:
        return None
    call = module.creation.call
    keywords = [keyword.arg for keyword in call.keywords if keyword.arg is not None]
    if len(keywords) < len(call.keywords) or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    bound = bind(known.parameters, len(call.args), keywords)
    if bound is None:
        # Some constructors pass on what they do not name: nn.LSTM(..., proj_size=3).
        bound = {keyword: keyword for keyword in keywords}
    nodes = {keyword.arg: keyword.value for keyword in call.keywords}
    return {
        name: _literal(call.args[place] if isinstance(place, int) else nodes[place])
        for name, place in bound.items()
    }


def _literal(node: ast.expr) -> Argument:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN
