"""Arithmetic and comparisons on abstract values."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Sequence
from dataclasses import replace
from types import EllipsisType, NoneType

from torchready.facts.events import Basis, Operation, Site, TensorSign, symbol_of
from torchready.facts.texts import Texts
from torchready.facts.tracing import basis_of, is_length_by_data
from torchready.facts.values import (
    NO_LOOPS,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Loops,
    Number,
    Size,
    Tensor,
    Unknown,
    Value,
    certainty,
    computed,
    loops_of,
    loops_of_all,
)

TRANSPOSED = frozenset({"T", "mT", "H", "mH"})
# Folding goes on with nothing larger: programs that double a value over and over must not fill the memory.
LONGEST_TEXT = 1000
LARGEST_NUMBER = 2**64


class Operators(Texts):
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
        if isinstance(operator, ast.Mod) and isinstance(left, Constant) and isinstance(left.value, str):
            return self.interpolated(left.value, right, _right_of(node))
        if isinstance(left, Container) or isinstance(right, Container):
            return self._combine_containers(operator, left, right, node)
        sides = [level for level in (certainty(left), certainty(right)) if level is not None]
        if sides:
            if max(sides) >= Certainty.LIKELY:
                self._record_operation(type(operator).__name__, node, left, right)
            result = computed((left, right), max(sides), loops_of(left) | loops_of(right))
            combines = isinstance(operator, (ast.BitAnd, ast.BitOr, ast.BitXor))
            return replace(result, is_boolean=combines and _is_mask(left) and _is_mask(right))
        return self._combine_numbers(operator, left, right, where)

    def _combine_containers(
        self, operator: ast.operator, left: Value, right: Value, node: ast.expr | ast.AugAssign
    ) -> Value:
        if isinstance(operator, ast.Add) and isinstance(left, Container):
            return self.extended(left, right, _right_of(node))
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
            return _number_from((left, right), label, varies)
        return Unknown(label, varies)

    def _short_label(self, name: str, *sides: Hashable) -> Hashable:
        """Equal for equal operations of one interpretation. Labels of labels would double each time."""
        return (name, self._own_labels, self._labels.setdefault((name, *sides), len(self._labels)))

    def _record_operation(
        self, operator: str, node: ast.expr | ast.AugAssign, left: Value, right: Value
    ) -> None:
        if symbol_of(operator, node) in self.project.watched and self.counts_here():
            self._record_sign(operator, node, left, right)
        if not self.project.records_operations or self.is_test:
            # No graph holds what does nothing but decide what Python runs.
            return
        site = self._site_of_operation(node)
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

    def _record_sign(self, operator: str, node: ast.expr | ast.AugAssign, left: Value, right: Value) -> None:
        # Of `flags |= x`, what `flags` is decides: numbers and sets have this, too.
        for value in (left,) if isinstance(node, ast.AugAssign) else (left, right):
            found = basis_of(value)
            if found is not None and found[0] is Basis.TENSOR:
                self.record(TensorSign(self._site_of_operation(node), operator, node, found[1]))
                return

    def _site_of_operation(self, node: ast.expr | ast.AugAssign) -> Site:
        if isinstance(node, ast.AugAssign):
            return replace(self.site(node.target), statement=node)
        return self.site(node)

    def _record_transposed(self, value: Value, node: ast.Attribute) -> None:
        level = certainty(value)
        if level is not None and level >= Certainty.LIKELY:
            self._record_operation(node.attr, node, value, value)

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return self._negated(node)
        value = self.evaluate(node.operand)
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
            result = computed((value,), level, loops_of(value))
            return replace(result, is_boolean=isinstance(node.op, ast.Invert) and _is_mask(value))
        if isinstance(value, Number):
            return replace(value, label=(type(node.op).__name__, value.label))
        return UNKNOWN

    def _negated(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate_asked(node.operand, self.asked.get(id(node), "operand"))
        found = basis_of(value)
        label, varies = ("not", self.place(node)), loops_of(value)
        if found is None or self.in_constructor:
            return Unknown(label, varies)
        is_shape = found[0] is Basis.SHAPE
        return Number(label, is_shape, varies, not is_shape)

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.evaluate(part) for part in (node.left, *node.comparators)]
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self.record_conversion(node, node, values[1], "torch.Tensor.__contains__")
        if any(isinstance(operator, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for operator in node.ops):
            return Unknown(("compare", self.place(node)), loops_of_all(values))
        levels = [level for value in values if (level := certainty(value)) is not None]
        if levels and max(levels) >= Certainty.LIKELY:
            self._record_operation(type(node.ops[0]).__name__, node, values[0], values[1])
            # Beside a text or None, what may be a tensor is none: `mode == "train"`.
            if any(map(_is_no_number, values)):
                return UNKNOWN
            return replace(computed(values, max(levels)), is_boolean=True)
        if any(isinstance(value, (Number, Size)) for value in values):
            label = ("compare", self.place(node))
            number = _number_from(values, label, loops_of_all(values))
            # What one mask picks out of two tensors is of one length, which torch.export sees.
            are_lengths = len([value for value in values if is_length_by_data(value)]) > 1
            return replace(number, from_tensor=False) if are_lengths else number
        return self.derived_from(values)


def _right_of(node: ast.expr | ast.AugAssign) -> ast.expr | None:
    if isinstance(node, ast.AugAssign):
        return node.value
    return node.right if isinstance(node, ast.BinOp) else None


def _is_no_number(value: Value) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, (str, bytes, NoneType, EllipsisType))


def _number_from(values: Sequence[Value], label: Hashable, varies: Loops) -> Number:
    """A number that is computed from these."""
    numbers = [value for value in values if isinstance(value, Number)]
    from_tensor = [number for number in numbers if number.from_tensor]
    from_shape = any(number.from_shape for number in numbers) or any(isinstance(one, Size) for one in values)
    return Number(label, from_shape and all(map(is_length_by_data, from_tensor)), varies, bool(from_tensor))


def _is_mask(value: Value) -> bool:
    return isinstance(value, Tensor) and value.is_boolean


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
