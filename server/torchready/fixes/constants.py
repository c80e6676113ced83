"""Which expressions have, in `__init__`, the value they will have in every call."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass

from torchready.fixes.bindings import Bindings
from torchready.fixes.class_shape import ClassShape
from torchready.fixes.names import ModuleNames
from torchready.fixes.refusal import Refusal
from torchready.fixes.sites import Function, attribute_of, self_name

_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_TENSOR_WORDS = ("Tensor", "Parameter", "Module", "Buffer")
_NUMBER_FUNCTIONS = {
    "int",
    "float",
    "bool",
    "str",
    "tuple",
    "list",
    "len",
    "max",
    "min",
    "abs",
    "round",
    "_pair",
}


@dataclass(frozen=True, slots=True)
class Constants:
    """Looks at expressions in methods of one class.

    `inherited` are attributes that a base sets for good; `changed` are attributes that code outside of the
    class assigns, so that their value in `__init__` need not last.
    """

    shape: ClassShape
    names: ModuleNames
    bindings: Bindings
    shadowed: Container[str]
    inherited: Container[str] = ()
    changed: Container[str] = ()

    def needs_of(self, expression: ast.expr, function: Function) -> frozenset[str] | Refusal:
        """The attributes of `self` that `__init__` must have set before it can compute the expression."""
        needed: set[str] = set()
        if self._collect(expression, function, needed):
            return frozenset(needed)
        return Refusal(
            f"`{ast.unparse(expression)}` may differ from call to call, and a module needs it in __init__"
        )

    def _collect(self, node: ast.expr, function: Function, needed: set[str]) -> bool:
        if isinstance(node, ast.Constant):
            return True
        if isinstance(node, ast.Tuple | ast.List):
            return all(self._collect(element, function, needed) for element in node.elts)
        if isinstance(node, ast.UnaryOp):
            return self._collect(node.operand, function, needed)
        if isinstance(node, ast.BinOp) and isinstance(node.op, _ARITHMETIC):
            return self._collect(node.left, function, needed) and self._collect(node.right, function, needed)
        if isinstance(node, ast.Name):
            hidden = node.id in self.bindings.local_names(function) or node.id in self.shadowed
            return not hidden and self._is_module_constant(node.id)
        name = attribute_of(node, self_name(function) or "")
        return name is not None and self._is_lasting(name, needed)

    def _is_module_constant(self, name: str) -> bool:
        value = self.names.constants.get(name)
        return value is not None and self._is_immutable(value, frozenset({name}))

    def _is_immutable(self, value: ast.expr, seen: frozenset[str]) -> bool:
        if isinstance(value, ast.Constant):
            return True
        if isinstance(value, ast.Tuple):
            return all(self._is_immutable(element, seen) for element in value.elts)
        if isinstance(value, ast.UnaryOp):
            return self._is_immutable(value.operand, seen)
        if isinstance(value, ast.BinOp) and isinstance(value.op, _ARITHMETIC):
            return self._is_immutable(value.left, seen) and self._is_immutable(value.right, seen)
        if isinstance(value, ast.Name) and value.id not in seen:
            other = self.names.constants.get(value.id)
            return other is not None and self._is_immutable(other, seen | {value.id})
        return False

    def _is_lasting(self, name: str, needed: set[str]) -> bool:
        if name in self.changed or name in self.shape.methods:
            return False
        if any(pattern.fullmatch(name) for pattern in self.shape.computed_names) or self.shape.any_name:
            return False
        stores = self.shape.stores.get(name, [])
        if not stores:
            return name in self.inherited or self._is_class_constant(name)
        initializer = self.shape.initializer()
        only = stores[0]
        if len(stores) > 1 or initializer is None or only.function is not initializer:
            return False
        if only.statement is None or only.statement.value is None or only.statement not in initializer.body:
            return False
        needed.add(name)
        return self._is_plain(only.statement.value, initializer, frozenset())

    def _is_class_constant(self, name: str) -> bool:
        values = self.shape.class_values.get(name, [])
        return len(values) == 1 and values[0] is not None and self._is_immutable(values[0], frozenset())

    def _is_plain(self, value: ast.expr, initializer: Function, seen: frozenset[str]) -> bool:
        """Whether a value is no tensor and no module, as far as its spelling tells."""
        if isinstance(value, ast.Constant):
            return True
        if isinstance(value, ast.Name):
            return self._is_plain_name(value.id, initializer, seen)
        if isinstance(value, ast.Attribute):
            root = value.value
            return attribute_of(value, self_name(initializer) or "") is None and self._is_plain(
                root, initializer, seen
            )
        if isinstance(value, ast.Call):
            called = value.func
            if not isinstance(called, ast.Name) or called.id not in _NUMBER_FUNCTIONS or value.keywords:
                return False
        elif not isinstance(
            value, ast.Tuple | ast.List | ast.UnaryOp | ast.BinOp | ast.IfExp | ast.Compare | ast.BoolOp
        ):
            return False
        parts = value.args if isinstance(value, ast.Call) else ast.iter_child_nodes(value)
        return all(self._is_plain(part, initializer, seen) for part in parts if isinstance(part, ast.expr))

    def _is_plain_name(self, name: str, initializer: Function, seen: frozenset[str]) -> bool:
        if name in seen:
            return True
        bound = self.bindings.stores_of(initializer, name)
        values = self.bindings.values_assigned(initializer)
        if not all(
            node in values and self._is_plain(values[node], initializer, seen | {name}) for node in bound
        ):
            return False
        parameters = [*initializer.args.posonlyargs, *initializer.args.args, *initializer.args.kwonlyargs]
        parameter = next((parameter for parameter in parameters if parameter.arg == name), None)
        if parameter is None:
            return bool(bound) or self._is_module_constant(name)
        annotation = ast.unparse(parameter.annotation) if parameter.annotation else ""
        return not any(word in annotation for word in _TENSOR_WORDS)
