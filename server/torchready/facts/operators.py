"""Arithmetic and comparisons on abstract values."""

from __future__ import annotations

import ast
from collections.abc import Hashable
from dataclasses import replace

from torchready.facts.core import Core
from torchready.facts.events import Operation
from torchready.facts.values import (
    NO_LOOPS,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Number,
    Tensor,
    Unknown,
    Value,
    certainty,
    loops_of,
)

TRANSPOSED = frozenset({"T", "mT", "H", "mH"})
# Folding goes on with nothing larger: programs that double a value over and over must not fill the memory.
LONGEST_TEXT = 1000
LARGEST_NUMBER = 2**64


class Operators(Core):
    """Operators; the records of arithmetic are made here."""

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return self.combine(node.op, left, right, node, node)

    def combine(
        self,
        operator: ast.operator,
        left: Value,
        right: Value,
        node: ast.expr | ast.AugAssign,
        where: ast.expr | ast.stmt,
    ) -> Value:
        """The value of an arithmetic operation; records it when it works on a tensor."""
        if isinstance(left, Container) or isinstance(right, Container):
            return self._combine_containers(operator, left, right, node)
        sides = [level for level in (certainty(left), certainty(right)) if level is not None]
        if sides:
            if max(sides) >= Certainty.LIKELY:
                self._record_operation(type(operator).__name__, node, left, right)
            return Tensor(max(sides), varies=loops_of(left) | loops_of(right))
        return self._combine_numbers(operator, left, right, where)

    def _combine_containers(
        self, operator: ast.operator, left: Value, right: Value, node: ast.expr | ast.AugAssign
    ) -> Value:
        if isinstance(operator, ast.Add) and isinstance(left, Container):
            return self.extended(
                left, right, node.value if isinstance(node, ast.AugAssign) else _right_of(node)
            )
        if isinstance(operator, ast.Mult):
            container = left if isinstance(left, Container) else right
            if isinstance(container, Container):
                return self.repeated(container, left if container is right else right, node)
        return UNKNOWN

    def _combine_numbers(
        self, operator: ast.operator, left: Value, right: Value, where: ast.expr | ast.stmt
    ) -> Value:
        name = type(operator).__name__
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _folded(name, left, right)
        # Several turns share one result of `i // 2`, `i % 2`.
        varies = loops_of(left) | loops_of(right)
        if name in ("FloorDiv", "Mod"):
            varies &= self.strided_loops if name == "FloorDiv" else NO_LOOPS
        label = self._short_label(name, _number_label(left), _number_label(right))
        if isinstance(left, (Number, Constant)) and isinstance(right, (Number, Constant)):
            from_shape = any(isinstance(side, Number) and side.from_shape for side in (left, right))
            return Number(label, from_shape, varies)
        return Unknown(label, varies)

    def _short_label(self, name: str, *sides: Hashable) -> Hashable:
        """Equal for equal operations of one interpretation. Labels of labels would double each time."""
        return (name, self._own_labels, self._labels.setdefault((name, *sides), len(self._labels)))

    def _record_operation(
        self, operator: str, node: ast.expr | ast.AugAssign, left: Value, right: Value
    ) -> None:
        if not self.project.records_operations:
            return
        site = self.site(node.target if isinstance(node, ast.AugAssign) else node)
        if isinstance(node, ast.AugAssign):
            site = replace(site, statement=node)
        levels = [level for level in (certainty(left), certainty(right)) if level is not None]
        surest = max(levels, default=Certainty.LIKELY)
        repeats = bool(self.loops) or self.visited_before(("site", site.key))
        known = self.events.operations.get(site.key)
        if known is None:
            self.events.operations[site.key] = Operation(
                site, operator, node, len(levels) < 2, surest, repeats
            )
        else:
            known.repeats |= repeats
            known.certainty = min(known.certainty, surest)

    def _record_transposed(self, value: Value, node: ast.Attribute) -> None:
        level = certainty(value)
        if level is not None and level >= Certainty.LIKELY:
            self._record_operation(node.attr, node, value, value)

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            return Unknown(("not", self.place(node)), loops_of(value))
        if (
            isinstance(value, Constant)
            and isinstance(node.op, ast.USub)
            and isinstance(value.value, (int, float))
        ):
            return Constant(-value.value)
        level = certainty(value)
        if level is not None:
            if level >= Certainty.LIKELY:
                self._record_operation(type(node.op).__name__, node, value, value)
            return Tensor(level, varies=loops_of(value))
        if isinstance(value, Number):
            return Number((type(node.op).__name__, value.label), value.from_shape, value.varies)
        return UNKNOWN

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.evaluate(part) for part in (node.left, *node.comparators)]
        if any(isinstance(operator, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for operator in node.ops):
            return Unknown(
                ("compare", self.place(node)), NO_LOOPS.union(*(loops_of(value) for value in values))
            )
        levels = [level for value in values if (level := certainty(value)) is not None]
        if levels and max(levels) >= Certainty.LIKELY:
            self._record_operation(type(node.ops[0]).__name__, node, values[0], values[1])
            return Tensor(max(levels))
        return self.derived_from(values)


def _right_of(node: ast.expr) -> ast.expr | None:
    return node.right if isinstance(node, ast.BinOp) else None


def _number_label(value: Value) -> Hashable:
    if isinstance(value, Constant):
        return repr(value.value)
    return value.label if isinstance(value, (Number, Unknown)) else type(value).__name__


def _folded(name: str, left: Constant, right: Constant) -> Value:
    one, other = left.value, right.value
    if (
        isinstance(one, str)
        and isinstance(other, str)
        and name == "Add"
        and len(one) + len(other) <= LONGEST_TEXT
    ):
        return Constant(one + other)
    if not isinstance(one, int) or not isinstance(other, int):
        return Number((name, repr(one), repr(other)))
    if max(abs(one), abs(other)) > LARGEST_NUMBER:
        return Number((name, one, other))
    if name == "Add":
        return Constant(one + other)
    if name == "Sub":
        return Constant(one - other)
    if name == "Mult":
        return Constant(one * other)
    return Number((name, one, other))
