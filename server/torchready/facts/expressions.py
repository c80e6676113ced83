"""Evaluates expressions on abstract values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import ClassVar

from torchready.facts.conditions import Conditions
from torchready.facts.displays import Displays
from torchready.facts.elements import Elements
from torchready.facts.operators import TRANSPOSED, Operators
from torchready.facts.tracing import is_held_tensor
from torchready.facts.values import (
    UNKNOWN,
    Constant,
    Container,
    ExternalName,
    Size,
    Tensor,
    Value,
)


class Expressions(Operators, Elements, Conditions, Displays):
    """All expressions but calls."""

    # The class's and not the object's: bound methods would keep every interpreter alive in a cycle.
    _handlers: ClassVar[Mapping[type[ast.expr], Callable[..., Value]]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._handlers = {
            ast.Constant: cls._constant,
            ast.Name: cls._name,
            ast.Attribute: cls._attribute,
            ast.Subscript: cls._subscript,
            ast.BinOp: cls._binary,
            ast.UnaryOp: cls._unary,
            ast.Compare: cls._compare,
            ast.BoolOp: cls._boolean,
            ast.IfExp: cls._conditional,
            ast.Tuple: cls._sequence,
            ast.List: cls._sequence,
            ast.Set: cls._sequence,
            ast.Dict: cls._dictionary,
            ast.ListComp: cls._comprehension,
            ast.SetComp: cls._comprehension,
            ast.GeneratorExp: cls._comprehension,
            ast.DictComp: cls._comprehension,
            ast.Lambda: cls._lambda,
            ast.JoinedStr: cls.formatted,
            ast.Slice: cls._slice,
            ast.Starred: cls._starred,
            ast.Await: cls._awaited,
            ast.YieldFrom: cls._awaited,
            ast.Yield: cls._yield,
            ast.NamedExpr: cls._named,
            ast.Call: cls.call,
        }

    def evaluate(self, node: ast.expr) -> Value:
        handler = self._handlers.get(type(node))
        return handler(self, node) if handler is not None else UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        return Constant(node.value)

    def _name(self, node: ast.Name) -> Value:
        local = self.frame.names.get(node.id)
        return local if local is not None else self.lookup(node.id)

    def lookup(self, name: str) -> Value:
        """What a name means here: a local, a top-level name of the file, or a builtin."""
        local = self.frame.names.get(name)
        if local is not None:
            return local
        known = self._globals.setdefault(self.path, {})
        if name not in known:
            found = self.project.resolve(self.path, name)
            known[name] = found if found is not None else ExternalName(f"builtins.{name}")
        return known[name]

    def _attribute(self, node: ast.Attribute) -> Value:
        value = self.evaluate(node.value)
        if node.attr in TRANSPOSED:
            self._record_transposed(value, node)
        if node.attr == "shape" and is_held_tensor(node, value):
            return Size(is_fixed=True)
        return self.attribute_of(value, node.attr)

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            bounds = [self.evaluate(part) for part in parts if part is not None]
            return self._each(value, lambda one: self._slice_of(one, node.slice, bounds))
        index = self.evaluate(node.slice)
        if isinstance(value, Container) and value.kind in ("list", "tuple") and isinstance(index, Tensor):
            self.record_conversion(node.slice, node, index, "torch.Tensor.__index__")
        return self._each(value, lambda one: self.item_of(one, index, node.slice))

    def _slice(self, node: ast.Slice) -> Value:
        for bound in (node.lower, node.upper, node.step):
            if bound is not None:
                self.evaluate(bound)
        return UNKNOWN

    def _starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _awaited(self, node: ast.Await | ast.YieldFrom) -> Value:
        return self.evaluate(node.value)

    def _yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            value = self.evaluate(node.value)
            self.frame.returned.append((Container("list", self.place(node), None, None, value), self.save()))
        return UNKNOWN

    def _named(self, node: ast.NamedExpr) -> Value:
        # What a test gives a name to is there for more.
        before, self.is_test = self.is_test, False
        value = self.evaluate(node.value)
        self.is_test = before
        self.bind(node.target, value, node.value)
        return value
