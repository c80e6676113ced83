"""Tensors of which the numbers in another one say how long they are: `x.nonzero()`, `x[mask]`."""

from __future__ import annotations

import ast

from torchready.facts.arguments import Arguments
from torchready.facts.values import Certainty, Constant, Container, Tensor, TorchName, Value
from torchready.torch_api.tensors import Kind

# What these return is as long as the numbers in a tensor say; a test runs them.
SIZED_BY_DATA = frozenset({"argwhere", "masked_select", "nonzero", "unique", "unique_consecutive"})
# Those that sort out equal rows, or columns.
SORTS_OUT = frozenset({"unique", "unique_consecutive"})
KEEPS_LENGTH = frozenset({"clone", "contiguous", "cpu", "detach", "flatten", "int", "long", "squeeze", "to"})
# What these return holds truth values; a test runs them.
ASKS = frozenset(
    {
        *("all", "any", "eq", "ge", "greater", "greater_equal", "gt", "isclose", "isfinite", "isin", "isinf", "isnan"),
        *("le", "less", "less_equal", "logical_and", "logical_not", "logical_or", "logical_xor", "lt", "ne"),
        *("not_equal",),
    }
)  # fmt: skip
KEEPS_TRUTH = frozenset(
    {
        *("clone", "contiguous", "cpu", "detach", "expand", "expand_as", "flatten", "flip", "permute", "repeat"),
        *("reshape", "roll", "squeeze", "t", "transpose", "unsqueeze", "view"),
    }
)  # fmt: skip
BOOLEAN = TorchName("torch.bool")
READS_LENGTH = frozenset({"size", "numel", "nelement"})


def kind_of_sized(name: str, arguments: Arguments) -> Kind | None:
    """Whether a function that has two kinds of results gives a tensor here, None for other functions."""
    function = name.rpartition(".")[2]
    if function == "nonzero" and arguments.keywords.get("as_tuple") == Constant(False):
        return Kind.TENSOR
    return Kind.TENSOR if function in SORTS_OUT and _is_of_rows(arguments, name) else None


def is_sized_by_data(name: str, arguments: Arguments, given: Tensor | None) -> bool:
    """Whether the numbers in a tensor say how long the result is. `given` is the tensor that the call works on."""
    function = name.rpartition(".")[2]
    if name == "torch.where":
        return len(arguments.positional) == 1 and not arguments.keywords and not arguments.is_open
    if function in SORTS_OUT:
        return _is_of_rows(arguments, name)
    if function in SIZED_BY_DATA:
        return True
    if given is None or not given.is_sized_by_data:
        return False
    if function in ("view", "reshape"):
        sizes = arguments.positional if name.startswith("torch.Tensor.") else arguments.positional[1:]
        return sizes[:1] == (Constant(-1),)
    return function in KEEPS_LENGTH


def reads_length(function: str, dimension: Value | None) -> bool:
    """Whether a number that is read from a shape depends on the first dimension: `x.size(0)`, `x.numel()`."""
    return function in READS_LENGTH and (function != "size" or dimension == Constant(0))


def is_boolean(name: str, arguments: Arguments, given: Tensor | None, node: ast.Call) -> bool:
    """Whether the result holds truth values: `x.isnan()`, `x.to(torch.bool)`, `torch.zeros(3, dtype=torch.bool)`."""
    function = name.rpartition(".")[2]
    if function in ASKS or function == "bool" or arguments.keywords.get("dtype") == BOOLEAN:
        return True
    if function in ("to", "type"):
        return BOOLEAN in arguments.positional or (_is_moved_only(node) and _is_true(given))
    if any(isinstance(value, TorchName) for value in arguments.all()):
        return False
    return function in KEEPS_TRUTH and _is_true(given)


def is_picked_by_data(value: Tensor, index: Value, written: ast.expr) -> bool:
    """Whether the numbers in a tensor say how long `value[index]` is."""
    parts = [(index, written)]
    if isinstance(written, ast.Tuple) and isinstance(index, Container) and index.items is not None:
        parts = list(zip(index.items, written.elts, strict=False))
    is_first = True
    while parts and _is_number(parts[0][0]):
        # What comes next is first in what a number picks.
        parts, is_first = parts[1:], False
    if not parts or not all(_keeps_order(*part) for part in parts[1:]):
        return False
    if isinstance(parts[0][1], ast.Slice):
        others = any(isinstance(part, Tensor) for part, _ in parts)
        return is_first and value.is_sized_by_data and not others
    return picks_by_data(parts[0][0])


def picks_by_data(index: Value) -> bool:
    """Whether a tensor is a mask, or the places of what a mask picks."""
    if not isinstance(index, Tensor) or index.certainty < Certainty.LIKELY:
        return False
    return index.is_boolean or index.is_sized_by_data


def _is_of_rows(arguments: Arguments, name: str) -> bool:
    """Whether `unique` gives its tensor only, the first dimension of which is what it sorts out."""
    own = 0 if name.startswith("torch.Tensor.") else 1
    if (
        arguments.is_open
        or len(arguments.positional) > own
        or not arguments.keywords.keys() <= {"sorted", "dim"}
    ):
        return False
    return arguments.keywords.get("dim", Constant(0)) == Constant(0)


def _is_true(given: Tensor | None) -> bool:
    return given is not None and given.is_boolean


def _is_moved_only(node: ast.Call) -> bool:
    """`mask.to(x.device)`, `mask.to(device=device)`."""
    match node:
        case ast.Call(args=[ast.Attribute(attr="device")], keywords=[]):
            return True
        case ast.Call(args=[], keywords=[ast.keyword(arg="device")]):
            return True
        case _:
            return False


def _is_number(index: Value) -> bool:
    return isinstance(index, Constant) and type(index.value) is int


def _keeps_order(index: Value, written: ast.expr) -> bool:
    """Whether this index, behind another one, leaves the dimension in front where it is."""
    if isinstance(written, ast.Slice) or picks_by_data(index):
        return True
    return isinstance(index, Constant) and type(index.value) is not bool
