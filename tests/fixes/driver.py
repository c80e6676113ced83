"""A small stand-in for facts and rules: finds the calls of a text with `ast` and asks the editors for fixes.

It knows just enough for the cases beside it: functionals by import, methods of the table on anything that is
no module, module attributes called twice, modules built in forward, shared registrations, operators.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from torchready.finding import Finding, Fix, Severity
from torchready.fixes import ClassEditor, ModuleNames, Refusal
from torchready.fixes.operators import Operation
from torchready.fixes.places import range_of
from torchready.fixes.relatives import ModuleClasses, Relatives
from torchready.text import Text
from torchready.torch_api.aimet import find_operator
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import find_module


@dataclass(frozen=True)
class Seen:
    """A finding and what became of it."""

    finding: Finding
    refusal: str | None


def analyse(text: Text, *, operators: bool = False) -> list[Finding]:
    return [seen.finding for seen in look(text, operators=operators)]


def analyser(operators: bool) -> Callable[[Text], list[Finding]]:
    return lambda text: analyse(text, operators=operators)


def look(text: Text, *, operators: bool = False) -> list[Seen]:
    tree = ast.parse(text.content.removeprefix("\ufeff"))
    names = ModuleNames.from_tree(tree, text)
    relatives = ModuleClasses(tree.body)
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases]
    return sorted(
        (
            seen
            for node in classes
            for seen in _look_at_class(text, relatives.relatives_of(node), node, names, operators)
        ),
        key=lambda seen: seen.finding.sort_key,
    )


def _look_at_class(
    text: Text, relatives: Relatives, node: ast.ClassDef, names: ModuleNames, operators: bool
) -> Iterator[Seen]:
    editor = ClassEditor(
        text,
        node,
        names,
        relatives.taken,
        changed_attributes=relatives.changed,
        skipped_by=relatives.skipped_by,
        shadowed=relatives.enclosing,
        contested=relatives.contested,
    )
    for function in ast.walk(node):
        if not isinstance(function, ast.FunctionDef):
            continue
        used: set[str] = set()
        if function in node.body and function.name == "__init__":
            yield from _shared(text, editor, function)
            continue
        for call in _calls_of(function):
            yield from _functional(text, editor, names, function, call)
            yield from _built(text, editor, names, function, call)
            if _is_self_attribute(call.func):
                if call.func.attr in used:
                    outcome = editor.split_reused_module(call, call.func.attr, function)
                    yield _seen(text, "TR201", call.func, f"self.{call.func.attr}", outcome)
                used.add(call.func.attr)
        if operators:
            for expression in _operations_of(function):
                yield from _operator(text, editor, names, function, expression)


def _functional(
    text: Text, editor: ClassEditor, names: ModuleNames, function: ast.FunctionDef, call: ast.Call
) -> Iterator[Seen]:
    full = names.full_name(call.func)
    if full is not None and (row := find_functional(full)):
        yield _seen(text, "TR101", call.func, full, editor.replace_functional(call, function, row))
    elif full is None and isinstance(call.func, ast.Attribute) and not _is_self_attribute(call.func):
        row = find_functional(f"torch.Tensor.{call.func.attr}")
        if row and row.module and call.func.attr != "flatten":
            outcome = editor.replace_functional(call, function, row, receiver_is_first=True)
            yield _seen(text, "TR101", call.func, row.name, outcome)


def _built(
    text: Text, editor: ClassEditor, names: ModuleNames, function: ast.FunctionDef, call: ast.Call
) -> Iterator[Seen]:
    full = names.full_name(call.func)
    if full is not None and (module := find_module(full)) and module.is_module:
        yield _seen(text, "TR105", call, full, editor.move_construction(call, function))


def _operator(
    text: Text, editor: ClassEditor, names: ModuleNames, function: ast.FunctionDef, node: Operation
) -> Iterator[Seen]:
    """Takes every operand and receiver for a tensor, which the cases are written for."""
    spelling, receiver = _spelling_of(node, names)
    row = find_operator(spelling)
    if row is not None and row.module is not None:
        outcome = editor.replace_operator(node, function, row, receiver_is_first=receiver)
        yield _seen(text, "TR103", node, spelling, outcome)


def _spelling_of(node: Operation, names: ModuleNames) -> tuple[str, bool]:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return SIGNS.get(type(node.op), "") + ("=" if isinstance(node, ast.AugAssign) else ""), False
    if isinstance(node, ast.Compare):
        return SIGNS.get(type(node.ops[0]), ""), False
    if isinstance(node, ast.UnaryOp):
        return ("unary -" if isinstance(node.op, ast.USub) and not _is_literal(node.operand) else ""), False
    full = names.full_name(node.func)
    if full is None and isinstance(node.func, ast.Attribute) and not _is_self_attribute(node.func):
        return f"torch.Tensor.{node.func.attr}", True
    return full or "", False


SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Gt: ">",
}


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _shared(text: Text, editor: ClassEditor, function: ast.FunctionDef) -> Iterator[Seen]:
    """`self.b = self.a`, and a local that is an argument twice."""
    origins: dict[str, ast.Assign] = {}
    for statement in function.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
            origins[ast.unparse(statement.targets[0])] = statement
    seen: set[str] = set()
    for node in _nodes_of(function):
        places = (
            [node.value] if isinstance(node, ast.Assign) else node.args if isinstance(node, ast.Call) else []
        )
        for place in places:
            name = ast.unparse(place) if isinstance(place, ast.Name | ast.Attribute) else ""
            if name not in origins:
                continue
            if name in seen or name.startswith("self."):
                outcome = editor.split_shared_registration(place, origins[name], function)
                yield _seen(text, "TR203", place, name, outcome)
            seen.add(name)


def _seen(text: Text, code: str, node: ast.expr | ast.AugAssign, symbol: str, outcome: Fix | Refusal) -> Seen:
    refusal = outcome.reason if isinstance(outcome, Refusal) else None
    finding = Finding(
        code=code,
        name="",
        message="",
        severity=Severity.WARNING,
        filename="net.py",
        range=range_of(text, node),
        symbol=symbol,
        fix=outcome if isinstance(outcome, Fix) else None,
    )
    return Seen(finding, refusal)


def _nodes_of(node: ast.AST) -> Iterator[ast.AST]:
    """In the order of the source, but the inner calls of a chain before the outer ones."""
    for child in ast.iter_child_nodes(node):
        yield from _nodes_of(child)
    yield node


def _calls_of(function: ast.FunctionDef) -> Iterator[ast.Call]:
    return (node for node in _nodes_of(function) if isinstance(node, ast.Call))


def _operations_of(function: ast.FunctionDef) -> Iterator[Operation]:
    return (node for node in _nodes_of(function) if isinstance(node, Operation))


def _is_self_attribute(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
