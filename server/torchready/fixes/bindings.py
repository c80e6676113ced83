"""Which names and attributes the functions of a class set, and where."""

from __future__ import annotations

import ast

from torchready.fixes.names import local_names
from torchready.fixes.sites import Function
from torchready.fixes.walking import every_node


class Bindings:
    """Looks through each function once, however many fixes ask about it."""

    def __init__(self) -> None:
        self._names: dict[Function, frozenset[str]] = {}
        self._stores: dict[Function, list[ast.Name | ast.Attribute]] = {}
        self._locals: dict[Function, frozenset[str]] = {}
        self._values: dict[Function, dict[ast.expr, ast.expr]] = {}

    def local_names(self, function: Function) -> frozenset[str]:
        """Parameters and all names bound anywhere inside a function."""
        names = self._locals.get(function)
        if names is None:
            names = self._locals[function] = local_names(function)
        return names

    def stores_of(self, function: Function, name: str) -> list[ast.Name]:
        return [
            store for store in self._stores_in(function) if isinstance(store, ast.Name) and store.id == name
        ]

    def values_assigned(self, function: Function) -> dict[ast.expr, ast.expr]:
        """The targets of plain assignments and what is assigned to them."""
        values = self._values.get(function)
        if values is None:
            values = self._values[function] = {
                target: node.value
                for node in every_node(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
            }
        return values

    def rebinds(self, function: Function, name: str) -> bool:
        """Whether a function binds a name anew in its body."""
        names = self._names.get(function)
        if names is None:
            stores = (store for store in self._stores_in(function) if isinstance(store, ast.Name))
            names = self._names[function] = frozenset(store.id for store in stores)
        return name in names

    def rebinds_after(self, function: Function, value: ast.expr, *, statement: ast.stmt) -> bool:
        """Whether a name or attribute that `value` reads is set again by `statement` or behind it."""
        read = {_name_of(node) for node in every_node(value) if isinstance(node, ast.Name | ast.Attribute)}
        behind = (store for store in self._stores_in(function) if store.lineno >= statement.lineno)
        return any(_name_of(store) in read for store in behind)

    def _stores_in(self, function: Function) -> list[ast.Name | ast.Attribute]:
        stores = self._stores.get(function)
        if stores is None:
            stores = self._stores[function] = [
                node
                for node in every_node(function)
                if isinstance(node, ast.Name | ast.Attribute) and not isinstance(node.ctx, ast.Load)
            ]
        return stores


def _name_of(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr
