"""From the dictionaries that a forward returns to a named tuple with the same names."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Sequence

from torchready.facts.attribute_access import METHODS_OF_TUPLES
from torchready.finding import Applicability, Edit, Fix, Position, Range
from torchready.fixes.names import ModuleNames
from torchready.fixes.places import (
    end_of,
    first_line_of,
    indentation_of,
    insertion,
    line_above_comments,
    range_of,
    start_of,
)
from torchready.fixes.refusal import Refusal
from torchready.fixes.standard_imports import spelling_from_standard_library
from torchready.text import Text

Function = ast.FunctionDef | ast.AsyncFunctionDef

MESSAGE = (
    "Return a named tuple `{name}` (unsafe: whoever asks for `output[{key!r}]` has to ask for `output.{key}`)"
)
INDENTATION = "    "


def as_named_tuple(
    text: Text, body: Sequence[ast.stmt], names: ModuleNames, owner: ast.ClassDef, function: Function
) -> Fix | Refusal:
    """One fix for all returns of a forward; the class goes above the statement of the module that holds `owner`."""
    fields = _fields_of(function)
    if isinstance(fields, Refusal):
        return fields
    name = _free_name(f"{owner.name}Output", text)
    base = spelling_from_standard_library("typing", "NamedTuple", body, names, text)
    tensor = names.spelling_of("torch.Tensor")
    statement = next((one for one in body if one is owner or owner in ast.walk(one)), None)
    if base is None or tensor is None or statement is None:
        return Refusal("the names that it needs are taken in this file: change it by hand")
    edits = [*base.edits, *tensor.edits]
    edits.append(_definition(text, statement, owner, name, base.expression, tensor.expression, fields))
    if function.returns is not None:
        edits.append(Edit(range_of(text, function.returns), name))
    for display in _displays_of(function):
        written = _constructed(text, display, name)
        if isinstance(written, Refusal):
            return written
        edits += written
    return Fix(Applicability.UNSAFE, MESSAGE.format(name=name, key=fields[0]), tuple(edits))


def returns_of(function: Function) -> Iterator[ast.Return]:
    """The returns of a function itself, not those of functions in it."""
    pending: list[ast.AST] = [*function.body]
    while pending:
        node = pending.pop(0)
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending += ast.iter_child_nodes(node)


def _displays_of(function: Function) -> list[ast.Dict]:
    return [node.value for node in returns_of(function) if isinstance(node.value, ast.Dict)]


def _fields_of(function: Function) -> list[str] | Refusal:
    """The keys that all returns give, in one order."""
    returns = list(returns_of(function))
    displays = _displays_of(function)
    if len(displays) < len(returns):
        return Refusal("not every return of this forward shows its keys: return a named tuple by hand")
    found = [[_text_of(key) for key in display.keys] for display in displays]
    first = found[0]
    if any(keys != first for keys in found):
        return Refusal("the returns of this forward differ in their keys, or in the order of them")
    fields = [key for key in first if key is not None and _may_be_a_field(key)]
    if not fields or len(fields) < len(first):
        return Refusal("not every key is a text that can be the name of a field")
    if len(set(fields)) < len(fields):
        return Refusal("a key stands there twice")
    return fields


def _text_of(key: ast.expr | None) -> str | None:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def _may_be_a_field(key: str) -> bool:
    return key.isidentifier() and not (
        keyword.iskeyword(key) or key.startswith("_") or key in METHODS_OF_TUPLES
    )


def _free_name(wanted: str, text: Text) -> str:
    """A name that stands nowhere in the file, in no text or comment either."""
    words = set(re.findall(r"\w+", text.content))
    number = 1
    name = wanted
    while name in words:
        number += 1
        name = f"{wanted}{number}"
    return name


def _definition(
    text: Text,
    statement: ast.stmt,
    owner: ast.ClassDef,
    name: str,
    base: str,
    tensor: str,
    fields: Sequence[str],
) -> Edit:
    inside = indentation_of(text, first_line_of(owner.body[0])).removeprefix(
        indentation_of(text, first_line_of(owner))
    )
    lines = [
        f"class {name}({base}):",
        *(f"{inside or INDENTATION}{field}: {tensor}" for field in fields),
        "",
        "",
    ]
    place = Position(line_above_comments(text, first_line_of(statement)), 0)
    return insertion(place, "".join(line + text.newline() for line in lines))


def _constructed(text: Text, display: ast.Dict, name: str) -> list[Edit] | Refusal:
    """`{"scaled": x}` -> `Output(scaled=x)`, with its lines, comments and commas as they are."""
    place = range_of(text, display)
    start, end = place.start, place.end
    edits = [
        Edit(Range(start, Position(start.line, start.column + 1)), f"{name}("),
        Edit(Range(Position(end.line, end.column - 1), end), ")"),
    ]
    for key, value in zip(display.keys, display.values, strict=True):
        assert key is not None
        between = text.slice(Range(end_of(text, key), start_of(text, value)))
        colon = re.match(r"[ \t]*:[ \t]*", between)
        if colon is None:
            return Refusal("a key is written in an unusual way: change it by hand")
        after = end_of(text, key)
        until = Position(after.line, after.column + colon.end())
        edits.append(Edit(Range(start_of(text, key), until), f"{_text_of(key)}="))
    return edits
