"""Whether a place inside a method runs at most once per call of that method."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torchready.fixes.refusal import Refusal

Function = ast.FunctionDef | ast.AsyncFunctionDef

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

IN_LOOP = "it runs in a loop and every turn needs a module of its own: build an nn.ModuleList in __init__"


def path_to(root: ast.AST, target: ast.AST) -> list[ast.AST] | None:
    """The nodes from `root` down to `target`, both included; None when `target` is not inside."""
    if root is target:
        return [root]
    for child in ast.iter_child_nodes(root):
        if _encloses(child, target) and (path := path_to(child, target)) is not None:
            return [root, *path]
    return None


def check_site(function: Function, target: ast.AST) -> Refusal | None:
    """Refuse a place that may run many times, or in another scope than the method's own."""
    path = path_to(function, target)
    if path is None:
        return Refusal("it is not written inside the method that runs it: change it there by hand")
    if _in_signature(function, path[1:2]):
        return Refusal("it runs when the method is defined, not when it is called: move it into the body")
    return next(filter(None, map(_check_step, path[1:], path[2:])), None)


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


def _in_signature(function: Function, first: Sequence[ast.AST]) -> bool:
    return bool(first) and first[0] not in function.body


def _encloses(node: ast.AST, target: ast.AST) -> bool:
    if not hasattr(node, "lineno") or not hasattr(target, "lineno"):
        return True
    start, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
    inner = (target.lineno, target.col_offset)  # type: ignore[attr-defined]
    if getattr(node, "decorator_list", None):
        return inner <= end
    return start <= inner <= end
