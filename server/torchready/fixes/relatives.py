"""What the rest of a module means for adding a submodule to one of its classes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from torchready.fixes.attribute_names import contested_names
from torchready.fixes.class_shape import ClassShape
from torchready.fixes.names import local_names
from torchready.fixes.sites import Function, attribute_of, self_name
from torchready.fixes.walking import inner_nodes


@dataclass(frozen=True, slots=True)
class Relatives:
    """One class seen from the rest of its module.

    - `taken`: names that bases and subclasses in the same module use.
    - `changed`: attributes that its bases and subclasses assign, or other code on an object that may be one.
    - `skipped_by`: a subclass whose `__init__` does not run the `__init__` of the class.
    - `enclosing`: names that the functions around the class bind.
    - `contested`: names that fixes of its bases in the same module may use.
    """

    taken: frozenset[str] = frozenset()
    changed: Container[str] = frozenset[str]()
    skipped_by: str | None = None
    enclosing: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()


class ModuleClasses:
    """The classes of one module, read once for all of its class editors."""

    def __init__(self, statements: Iterable[ast.stmt]) -> None:
        self._statements = tuple(statements)
        self._around: dict[ast.ClassDef, tuple[Function, ...]] = {}
        for statement in self._statements:
            self._find_classes(statement, ())

    def _find_classes(self, node: ast.AST, around: tuple[Function, ...]) -> None:
        if isinstance(node, ast.ClassDef):
            self._around[node] = around
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            around = (*around, node)
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for child in inner_nodes(node, name):
                self._find_classes(child, around)

    @cached_property
    def _stores(self) -> list[tuple[str, ast.ClassDef | None]]:
        stores: list[tuple[str, ast.ClassDef | None]] = []
        for statement in self._statements:
            self._read(statement, None, None, stores)
        return stores

    def relatives_of(self, node: ast.ClassDef) -> Relatives:
        below = self._reachable(node, lambda one, other: _derives(other, one))
        above = self._reachable(node, _derives)
        return Relatives(
            taken=frozenset(name for other in (*below, *above) for name in ClassShape.of(other).names),
            changed=_Changed(self, (*below, *above)),
            skipped_by=next((other.name for other in below if _skips_initializer(other)), None),
            enclosing=frozenset(
                name for function in self._around.get(node, ()) for name in local_names(function)
            ),
            contested=frozenset(name for other in above for name in contested_names(other)),
        )

    def changed_by(self, relatives: tuple[ast.ClassDef, ...]) -> frozenset[str]:
        """Attributes that these classes assign, or code outside of classes."""
        return frozenset(name for name, owner in self._stores if owner is None or owner in relatives)

    def _read(
        self,
        node: ast.AST,
        owner: ast.ClassDef | None,
        instance: str | None,
        stores: list[tuple[str, ast.ClassDef | None]],
    ) -> None:
        if isinstance(node, ast.ClassDef):
            owner, instance = node, None
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if owner is not None and node in owner.body:
                instance = self_name(node)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            own = instance is not None and attribute_of(node, instance) is not None
            stores.append((node.attr, owner if own else None))
        for child in ast.iter_child_nodes(node):
            self._read(child, owner, instance, stores)

    def _reachable(
        self, start: ast.ClassDef, related: Callable[[ast.ClassDef, ast.ClassDef], bool]
    ) -> list[ast.ClassDef]:
        found: list[ast.ClassDef] = []
        pending = [start]
        while pending:
            current = pending.pop()
            new = [
                other
                for other in self._around
                if other is not start and other not in found and related(current, other)
            ]
            found += new
            pending += new
        return found


class _Changed:
    """The names that others assign; read from the whole module when the first one is asked about."""

    def __init__(self, classes: ModuleClasses, relatives: tuple[ast.ClassDef, ...]) -> None:
        self._classes = classes
        self._relatives = relatives

    @cached_property
    def _names(self) -> frozenset[str]:
        return self._classes.changed_by(self._relatives)

    def __contains__(self, name: object) -> bool:
        return name in self._names


def _derives(node: ast.ClassDef, base: ast.ClassDef) -> bool:
    return any(_last_name(expression) == base.name for expression in node.bases)


def _skips_initializer(node: ast.ClassDef) -> bool:
    """Whether a class has an `__init__` that calls no other one: neither super's nor a base's by name."""
    initializers = ClassShape.of(node).methods.get("__init__", [])
    return any(
        not any(_calls_initializer(inner) for inner in ast.walk(function)) for function in initializers
    )


def _calls_initializer(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
    )


def _last_name(expression: ast.expr) -> str:
    if isinstance(expression, ast.Subscript):
        return _last_name(expression.value)
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")
