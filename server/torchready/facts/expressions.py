"""Evaluates expressions on abstract values."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cached_property

from torchready.facts.conditions import Conditions
from torchready.facts.displays import Displays
from torchready.facts.elements import Elements
from torchready.facts.operators import TRANSPOSED, Operators
from torchready.facts.values import (
    UNKNOWN,
    Constant,
    Container,
    ExternalName,
    Tensor,
    Value,
)


class Expressions(Operators, Elements, Conditions, Displays):
    """All expressions but calls."""

    @cached_property
    def _handlers(self) -> dict[type[ast.expr], Callable[..., Value]]:
        return {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BoolOp: self._boolean,
            ast.IfExp: self._conditional,
            ast.Tuple: self._sequence,
            ast.List: self._sequence,
            ast.Set: self._sequence,
            ast.Dict: self._dictionary,
            ast.ListComp: self._comprehension,
            ast.SetComp: self._comprehension,
            ast.GeneratorExp: self._comprehension,
            ast.DictComp: self._comprehension,
            ast.Lambda: self._lambda,
            ast.JoinedStr: self.formatted,
            ast.Slice: self._slice,
            ast.Starred: self._starred,
            ast.Await: self._awaited,
            ast.YieldFrom: self._awaited,
            ast.Yield: self._yield,
            ast.NamedExpr: self._named,
            ast.Call: self.call,
        }

    def evaluate(self, node: ast.expr) -> Value:
        handler = self._handlers.get(type(node))
        return handler(node) if handler is not None else UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        return Constant(node.value)

    def _name(self, node: ast.Name) -> Value:
        return self.lookup(node.id)

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
        return self.attribute_of(value, node.attr)

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            for bound in (node.slice.lower, node.slice.upper, node.slice.step):
                if bound is not None:
                    self.evaluate(bound)
            return self._each(value, lambda one: self._slice_of(one, node.slice))
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
        value = self.evaluate(node.value)
        self.bind(node.target, value, node.value)
        return value
