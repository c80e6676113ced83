"""Conditions: what runs only sometimes, and what a test tells about a value."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Sequence

from torchready.facts.paths import guards_of
from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    NO_LOOPS,
    SURE_TENSOR,
    UNKNOWN,
    Container,
    Either,
    Loops,
    Tensor,
    TorchName,
    Unknown,
    Value,
    alternatives,
    join,
    loops_of,
)


class Conditions(Tracing):
    """Conditions."""

    def _boolean(self, node: ast.BoolOp) -> Value:
        kind = self.asked.get(id(node))
        value = self.evaluate_asked(node.values[0], kind or "operand")
        for index, operand in enumerate(node.values[1:], 1):
            asked = kind if operand is node.values[-1] else kind or "operand"
            before = node.values[:index]
            value = join(value, self._maybe(before, operand, asked, holds=isinstance(node.op, ast.And)))
        return value

    def _maybe(self, tests: Sequence[ast.expr], node: ast.expr, asked: str | None, *, holds: bool) -> Value:
        """An operand that runs only when those before it came out as `holds`."""
        found: list[Value] = []

        def run() -> bool:
            for test in tests:
                self.guards = (*self.guards, *guards_of(test, self.frame.names, holds=holds))
                self.narrow(test, holds=holds)
            found.append(self.evaluate(node) if asked is None else self.evaluate_asked(node, asked))
            return True

        self.branches((run, lambda: True))
        return found[0]

    def evaluate_test(self, node: ast.expr, kind: str) -> None:
        """Evaluate a condition: what happens in it matters, and whether tensors decide about its truth."""
        before = self.is_test, self.is_check
        self.is_test, self.is_check = True, kind in ("assert", "check")
        self.evaluate_asked(node, kind)
        self.is_test, self.is_check = before

    def evaluate_asked(self, node: ast.expr, kind: str) -> Value:
        """Evaluate what Python asks the truth of; `not`, `and` and `or` ask their operands themselves."""
        self.asked[id(node)] = kind
        value = self.evaluate(node)
        if not isinstance(node, ast.BoolOp) and not (
            isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
        ):
            self.record_test(node, value, kind)
        return value

    def _conditional(self, node: ast.IfExp) -> Value:
        self.evaluate_test(node.test, "if")
        truth = self.truth_of(node.test)
        if truth is not None:
            return self.evaluate(node.body if truth else node.orelse)
        found: list[Value] = []

        def arm(branch: ast.expr, holds: bool) -> Callable[[], bool]:
            def run() -> bool:
                self.guards = (*self.guards, *guards_of(node.test, self.frame.names, holds=holds))
                self.narrow(node.test, holds=holds)
                found.append(self.evaluate(branch))
                return True

            return run

        self.branches((arm(node.body, True), arm(node.orelse, False)))
        return join(found[0], found[1])

    def truth_of(self, test: ast.expr) -> bool | None:
        """What a test always comes out as, None when that depends."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            truth = self.truth_of(test.operand)
            return None if truth is None else not truth
        if isinstance(test, ast.Constant):
            return bool(test.value)
        if isinstance(test, (ast.Name, ast.Attribute)):
            name = test.id if isinstance(test, ast.Name) else test.attr
            return False if name == "TYPE_CHECKING" else None
        return None

    def selected_by(self, test: ast.expr) -> dict[int, tuple[Hashable, Loops]]:
        """The loops of which `test` picks one turn, as `index == wanted` does."""
        found: dict[int, tuple[Hashable, Loops]] = {}
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                found |= self.selected_by(part)
            return found
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
            return {}
        sides = (test.left, test.comparators[0])
        values = [self.evaluate(side) if _is_counter(side) else UNKNOWN for side in sides]
        for counter, wanted, node in ((values[0], values[1], sides[1]), (values[1], values[0], sides[0])):
            for loop in loops_of(counter) - loops_of(wanted):
                found[loop] = (self.label_of(wanted, node), loops_of(wanted))
        return found

    def strided_by(self, test: ast.expr) -> Loops:
        """The loops of which `test` lets every nth turn pass, as `index % n == 0` does."""
        match test:
            case ast.BoolOp(op=ast.And(), values=parts):
                return frozenset[int]().union(*(self.strided_by(part) for part in parts))
            case ast.Compare(left=ast.BinOp(left=counter, op=ast.Mod()), ops=[ast.Eq()]) if _is_counter(
                counter
            ):
                return loops_of(self.evaluate(counter))
            case _:
                return NO_LOOPS

    def narrow(self, test: ast.expr, *, holds: bool) -> None:
        """Use what a test says about a name: after `isinstance(x, Tensor)`, x is a tensor."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.narrow(operand, holds=not holds)
            case ast.BoolOp(op=operator, values=parts) if isinstance(operator, ast.And) is holds:
                for part in parts:
                    self.narrow(part, holds=holds)
            case ast.Call(
                func=ast.Name(id="is_tensor") | ast.Attribute(attr="is_tensor"), args=[ast.Name(id=name)]
            ):
                self.frame.names[name] = SURE_TENSOR if holds else UNKNOWN
            case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), kind]):
                self._narrow_instance(name, kind, holds=holds)
            case ast.Call(func=ast.Name(id="issubclass"), args=[ast.Name(id=name), kind]) if holds:
                self._narrow_subclass(name, kind)
            case ast.Call(
                func=ast.Name(id="isclass") | ast.Attribute(attr="isclass"), args=[ast.Name(id=name)]
            ):
                self._narrow_class(name, holds=holds)
            case _:
                return

    def _narrow_instance(self, name: str, place: ast.expr, *, holds: bool) -> None:
        kind = self.evaluate(place)
        if isinstance(kind, TorchName) and kind.name == "torch.Tensor":
            self.frame.names[name] = SURE_TENSOR if holds else UNKNOWN
        elif holds and isinstance(self.frame.names.get(name), Tensor) and not isinstance(kind, Container):
            self.frame.names[name] = UNKNOWN

    def _narrow_subclass(self, name: str, place: ast.expr) -> None:
        """Of what is a subclass of `nn.Module`, the objects are modules."""
        kind = self.evaluate(place)
        if isinstance(self.frame.names.get(name), Unknown) and self.is_module_class(kind):
            self.frame.names[name] = kind

    def _narrow_class(self, name: str, *, holds: bool) -> None:
        """Of a table with classes and functions, what is a class and what is not."""
        parts = alternatives(self.frame.names.get(name, UNKNOWN))
        left = [part for part in parts if isinstance(part, Unknown) or self.is_module_class(part) is holds]
        if len(left) < len(parts):
            self.frame.names[name] = Either(tuple(left)) if len(left) > 1 else left[0] if left else UNKNOWN


def _is_counter(node: ast.expr) -> bool:
    """Whether this is a name, a number, or one moved by the other: `index + 1`."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
        return _is_counter(node.left) and _is_counter(node.right)
    return isinstance(node, (ast.Name, ast.Constant))
