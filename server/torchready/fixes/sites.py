"""Whether a place inside a method runs at most once per call of that method."""

from __future__ import annotations

import ast

from torchready.fixes.refusal import Refusal
from torchready.fixes.walking import parents_below

Function = ast.FunctionDef | ast.AsyncFunctionDef

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

IN_LOOP = "it runs in a loop and every turn needs a module of its own: build an nn.ModuleList in __init__"


class Sites:
    """Looks through each function once, however many places in it are asked about."""

    def __init__(self) -> None:
        self._parents: dict[Function, dict[ast.AST, ast.AST]] = {}

    def check(self, function: Function, target: ast.AST) -> Refusal | None:
        """Refuse a place that may run many times, or in another scope than the method's own."""
        path = self._path_to(function, target)
        if path is None:
            return Refusal("it is not written inside the method that runs it: change it there by hand")
        if len(path) > 1 and not isinstance(path[1], ast.stmt):
            return Refusal("it runs when the method is defined, not when it is called: move it into the body")
        return next(filter(None, map(_check_step, path[1:], path[2:])), None)

    def _path_to(self, function: Function, target: ast.AST) -> list[ast.AST] | None:
        """The nodes from a function down to `target`, both included; None when `target` is not inside."""
        parents = self._parents.get(function)
        if parents is None:
            parents = self._parents[function] = parents_below(function)
        path = [target]
        while path[-1] is not function:
            parent = parents.get(path[-1])
            if parent is None:
                return None
            path.append(parent)
        return path[::-1]


def self_name(function: Function) -> str | None:
    """The name of a method's first parameter; None for static and class methods."""
    for decorator in function.decorator_list:
        name = decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")
        if name in ("staticmethod", "classmethod"):
            return None
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else None


def attribute_of(node: ast.AST, owner: str) -> str | None:
    """`relu` for the node `self.relu`, when `owner` is `self`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner:
        return node.attr
    return None


def is_callee_or_argument(call: ast.Call, node: ast.expr) -> bool:
    """`self.relu(x)`, `self.relu.forward(x)` or `checkpoint(self.relu, x)`."""
    called = call.func.value if isinstance(call.func, ast.Attribute) and call.func is not node else None
    return node is call.func or node is called or node in call.args


def _check_step(parent: ast.AST, child: ast.AST) -> Refusal | None:
    if isinstance(parent, ast.For | ast.AsyncFor):
        return None if child is parent.iter or child in parent.orelse else Refusal(IN_LOOP)
    if isinstance(parent, ast.While):
        return None if child in parent.orelse else Refusal(IN_LOOP)
    if isinstance(parent, _COMPREHENSIONS):
        # The first iterable is evaluated once, outside of the comprehension.
        return None if child is parent.generators[0] else Refusal(IN_LOOP)
    if isinstance(parent, ast.comprehension):
        return None if child is parent.iter else Refusal(IN_LOOP)
    if isinstance(parent, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Refusal(
            "it is inside a nested function, which may run any number of times: make it a method or a module"
        )
    return None
