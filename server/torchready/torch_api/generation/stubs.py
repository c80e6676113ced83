"""Reads torch's own type stubs: the only complete source of the signatures of its C++ functions."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """One parameter; `default` is Python source text, None when the parameter is required."""

    name: str
    default: str | None
    keyword_only: bool
    annotation: str

    @property
    def takes_tensor(self) -> bool:
        return "Tensor" in self.annotation and "Callable" not in self.annotation

    def row(self) -> list[str | None]:
        if self.keyword_only:
            return [self.name, self.default, "keyword"]
        return [self.name] if self.default is None else [self.name, self.default]


@dataclass(frozen=True, slots=True)
class Overload:
    arguments: tuple[Argument, ...]
    returns: str
    variadic: bool = False


def default_source(value: Any) -> str:
    """A default as source text; what has no literal form is described by its type."""
    if value is None or type(value) in (bool, int, float, str, tuple, list):
        return repr(value)
    return str(value) if str(value).isidentifier() else f"<{type(value).__name__}>"


def overload_of(node: ast.FunctionDef) -> Overload:
    """`*sizes` is only noted, `**options` left out: they say nothing about names and places."""
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(positional) - len(node.args.defaults)) + list(node.args.defaults)
    arguments = [_argument(arg, default, False) for arg, default in zip(positional, defaults, strict=True)]
    arguments += [
        _argument(arg, default, True)
        for arg, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    ]
    returns = ast.unparse(node.returns) if node.returns else ""
    return Overload(tuple(arguments), returns, variadic=node.args.vararg is not None)


def _argument(arg: ast.arg, default: ast.expr | None, keyword_only: bool) -> Argument:
    annotation = ast.unparse(arg.annotation) if arg.annotation else ""
    return Argument(arg.arg, None if default is None else ast.unparse(default), keyword_only, annotation)


def signature_in_docstring(text: str) -> Overload | None:
    """The `name(arguments) -> Type` with which torch opens the docstrings of its C++ functions."""
    head = text.strip().partition("\n\n")[0].replace("\n", " ").strip()
    if "(" not in head:
        return None
    try:
        node = ast.parse(f"def {head}: ...").body[0]
    except SyntaxError:
        return None
    return overload_of(node) if isinstance(node, ast.FunctionDef) else None


@cache
def functions_of(stub: str, class_name: str | None = None) -> dict[str, list[Overload]]:
    """Function name -> overloads of a stub such as `_C/_nn.pyi`, or of one class in it."""
    body: list[ast.stmt] = _stub(stub).body
    if class_name is not None:
        body = next(n.body for n in body if isinstance(n, ast.ClassDef) and n.name == class_name)
    found: dict[str, list[Overload]] = {}
    for node in body:
        if isinstance(node, ast.FunctionDef):
            found.setdefault(node.name, []).append(overload_of(node))
    return found


@cache
def attributes_of(stub: str, class_name: str) -> dict[str, str]:
    """Annotated attributes of one class in a stub -> their type."""
    body = next(n.body for n in _stub(stub).body if isinstance(n, ast.ClassDef) and n.name == class_name)
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


@cache
def _stub(stub: str) -> ast.Module:
    torch: Any = import_module("torch")
    return ast.parse((Path(torch.__file__).parent / stub).read_text(encoding="utf-8"))
