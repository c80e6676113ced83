"""What a forward leaves behind: attributes that it assigns, tensors and lists that it changes in place."""

from __future__ import annotations

import ast
from collections.abc import Hashable

from torchready.facts.classes import SELF, find_function
from torchready.facts.events import StateChange
from torchready.facts.tracing import Tracing
from torchready.facts.values import Certainty, Container, Instance, Tensor, Value, alternatives

# Spelled like in-place methods without changing any number.
CHANGES_NOTHING = frozenset({"requires_grad_", "share_memory_", "detach_"})
# `self.x = self.x.to(device)` keeps every number.
MOVES = frozenset(
    {"to", "type_as", "cuda", "cpu", "type", "float", "half", "double", "bfloat16", "detach", "contiguous"}
)


class StateChanges(Tracing):
    """Records of what outlives a forward."""

    def record_assignment(self, target: ast.Attribute, source: ast.expr, *, keeps_old: bool = False) -> None:
        """`self.name = source`; `keeps_old` for `self.name += source`."""
        name = self._attribute_of_self(target)
        if name is None:
            return
        # What moves or wraps a module computes nothing. A method may give the old value back, as that of a cache
        # that is large enough does.
        is_kept = _only_moves(source) or self._is_own_method(source) or self._is_module(target)
        is_read = not is_kept and any(self._attribute_of_self(node) == name for node in ast.walk(source))
        self._record_change(target, f"self.{name}", "count" if is_read or keeps_old else "attribute")

    def _is_own_method(self, source: ast.expr) -> bool:
        """`self.extended(self.table, x)`, where the class defines it; a module is none."""
        name = self._attribute_of_self(source.func) if isinstance(source, ast.Call) else None
        receiver = self.frame.receiver
        if name is None or not isinstance(receiver, Instance) or receiver.source is None:
            return False
        return find_function(self.project, receiver.source, name) is not None

    def _is_module(self, target: ast.Attribute) -> bool:
        """Whether an attribute has held a module so far."""
        return all(isinstance(held, Instance) for held in alternatives(self.evaluate(target)))

    def record_in_place(self, target: ast.expr, value: Value, place: ast.expr) -> None:
        """`target.add_(1)`, `target += 1` or `target[0] = 1`, for what `value` says about the target."""
        if isinstance(value, Container):
            name = self._attribute_of_self(target)
            if name is not None and value.kind in ("list", "dict", "set"):
                self._record_change(place, f"self.{name}", "list")
            return
        if not isinstance(value, Tensor) or value.certainty < Certainty.LIKELY:
            return
        name = self._attribute_of_self(_root_of(target))
        if name is not None:
            self._record_change(place, f"self.{name}", "buffer", value.assumed)
        elif value.is_given and isinstance(target, ast.Name):
            self._record_change(place, target.id, "input", value.assumed)

    def _record_change(self, place: ast.expr, symbol: str, kind: str, assumed: Hashable = None) -> None:
        if self.counts_here():
            self.record(StateChange(self.site(place), symbol, kind, assumed))

    def _attribute_of_self(self, node: ast.AST) -> str | None:
        """The name of an attribute of the module whose forward runs."""
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            return None
        owner = self.frame.names.get(node.value.id)
        return node.attr if isinstance(owner, Instance) and owner.identity == SELF else None


def changes_in_place(method: str) -> bool:
    return method.endswith("_") and not method.startswith("_") and method not in CHANGES_NOTHING


def _only_moves(source: ast.expr) -> bool:
    if isinstance(source, ast.ListComp):
        source = source.elt
    return (
        isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr in MOVES
    )


def _root_of(target: ast.expr) -> ast.expr:
    """`self.table` of `self.table.data[0]`."""
    while isinstance(target, ast.Subscript) or (isinstance(target, ast.Attribute) and target.attr == "data"):
        target = target.value
    return target
