"""How many dimensions a tensor has, where the code says so.

Reshaping lists them, transposing keeps them. Nothing else is known: a number that may be wrong is worse than none.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torchready.facts.arguments import Arguments
from torchready.facts.values import Constant, Container, Number, Tensor, Value

# Functions and methods by their last name.
LISTS = frozenset({"permute", "reshape", "view"})
KEEPS = frozenset(
    {
        *("clone", "contiguous", "cpu", "cuda", "detach", "double", "float", "half", "swapaxes", "to"),
        *("transpose", "type_as"),
    }
)
ASKS_RANK = frozenset({"dim", "ndim", "ndimension"})
CHANGES_RANK = frozenset({"as_strided_", "resize_", "resize_as_", "set_", "squeeze_", "unsqueeze_"})


def rank_after(
    name: str, arguments: Arguments, receiver: Tensor | None, nodes: Sequence[ast.expr]
) -> int | None:
    """How many dimensions there are in what a function or method returns, or in each part of it.

    `nodes` are the positional arguments as written.
    """
    last = name.rpartition(".")[2]
    if last not in LISTS and last not in KEEPS and last != "unbind":
        return None
    given, rest = _split(arguments, receiver)
    if given is None or arguments.is_open:
        return None
    if last in LISTS:
        return _listed(rest, nodes)
    if given.rank is None:
        return None
    return given.rank - 1 if last == "unbind" else given.rank


def _split(arguments: Arguments, receiver: Tensor | None) -> tuple[Tensor | None, Sequence[Value]]:
    """The tensor that a call works on, and its other arguments."""
    if receiver is not None:
        return receiver, arguments.positional
    first = arguments.positional[0] if arguments.positional else None
    return (first, arguments.positional[1:]) if isinstance(first, Tensor) else (None, ())


def _listed(arguments: Sequence[Value], nodes: Sequence[ast.expr]) -> int | None:
    match arguments:
        case (Container("tuple" | "list" as kind, _, tuple() as items, element=None),):
            # A list that has a name may have grown since, in ways that are not followed.
            return len(items) if kind == "tuple" or isinstance(nodes[-1], ast.List) else None
        case (Number() | Constant(int()),):
            return 1
        case (_, _, *_):
            return len(arguments)
        case _:
            return None
