"""Expressions that build a module: whether building once more gives a separate module that does the same."""

from __future__ import annotations

import ast

from torchready.fixes.names import ModuleNames
from torchready.fixes.refusal import Refusal
from torchready.fixes.sites import Function
from torchready.torch_api.modules import find_module

UNTIES = (
    "a module of its own at each place would untie the weights: decide by hand whether they are to be shared"
)
_NOT_REPEATABLE = (ast.Call, ast.Await, ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Starred, ast.Lambda)


def why_not_rebuilt(value: ast.expr, names: ModuleNames, stateless: bool | None) -> Refusal | None:
    """Why evaluating `value` again would not do; None when it gives an equal, separate module."""
    if isinstance(value, ast.IfExp):
        if any(isinstance(node, _NOT_REPEATABLE) for node in ast.walk(value.test)):
            return Refusal("its constructor is chosen by a call: build a second one by hand")
        return why_not_rebuilt(value.body, names, stateless) or why_not_rebuilt(
            value.orelse, names, stateless
        )
    if not isinstance(value, ast.Call) or not is_dotted(value.func):
        return Refusal("it is not built by a plain constructor call: build a second one by hand")
    if not keeps_nothing(value, names, stateless):
        return Refusal(UNTIES)
    arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
    if any(isinstance(node, _NOT_REPEATABLE) for part in arguments for node in ast.walk(part)):
        return Refusal("its constructor's arguments are computed by calls: build a second one by hand")
    return None


def keeps_nothing(construction: ast.Call, names: ModuleNames, stateless: bool | None) -> bool:
    """Whether a module has neither parameters nor buffers; `stateless` is what the caller knows."""
    if stateless is not None:
        return stateless
    module = find_module(names.full_name(construction.func) or "")
    if module is None or any(keyword.arg is None for keyword in construction.keywords):
        return False
    parameters = [parameter.name for parameter in module.parameters]
    arguments = {name: ast.unparse(value) for name, value in zip(parameters, construction.args, strict=False)}
    arguments |= {keyword.arg or "": ast.unparse(keyword.value) for keyword in construction.keywords}
    return module.is_stateless(arguments)


def is_dotted(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and is_dotted(node.value))


def root_of(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def local_name(function: Function, construction: ast.Call) -> str | None:
    """The local name a construction is assigned to."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and node.value is construction and len(node.targets) == 1:
            target = node.targets[0]
            return target.id.strip("_") if isinstance(target, ast.Name) else None
    return None
