"""Imports from Python's standard library, where a file has its others."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from itertools import takewhile

from torchready.finding import Edit, Position
from torchready.fixes.names import ModuleNames, Spelling
from torchready.fixes.places import end_of, first_line_of, insertion, range_of
from torchready.text import Text

Import = ast.Import | ast.ImportFrom
_DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def spelling_from_standard_library(
    module: str, name: str, body: Sequence[ast.stmt], names: ModuleNames, text: Text
) -> Spelling | None:
    """How a file writes `typing.NamedTuple`: as it is imported, else by the import that the file would have."""
    full = f"{module}.{name}"
    for local, known in names.imports.items():
        if known in (full, module):
            return Spelling(local if known == full else f"{local}.{name}")
    if name in names.bound or names.star_imports:
        return None
    # What is imported below a definition is not there when the definition runs.
    head = takewhile(lambda node: not isinstance(node, _DEFINITIONS), body)
    imports = [node for node in head if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in imports:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module == module:
            longer = _with_name(node, name, text)
            if longer is not None:
                return Spelling(name, (longer,))
    place = _place_among(imports, f"from {module} import {name}", text)
    return Spelling(name, (place,)) if place is not None else None


def _with_name(node: ast.ImportFrom, name: str, text: Text) -> Edit | None:
    """The import with one more name, sorted if its names are; None where it is not on one plain line."""
    place = range_of(text, node)
    written = [
        alias.name if alias.asname is None else f"{alias.name} as {alias.asname}" for alias in node.names
    ]
    if text.slice(place) != f"from {node.module} import {', '.join(written)}":
        return None
    longer = [*written, name]
    for key in (str, str.lower):
        if written == sorted(written, key=key):
            longer = sorted(longer, key=key)
            break
    return Edit(place, f"from {node.module} import {', '.join(longer)}")


def _place_among(imports: Sequence[Import], line: str, text: Text) -> Edit | None:
    """A line of its own: among the imports of the standard library, or as their only one above the others."""
    standard = [node for node in imports if _is_standard(node)]
    before = [node for node in standard if _order(node) <= (True, line)]
    newline = text.newline()
    if before:
        end = end_of(text, before[-1])
        return (
            insertion(Position(end.line + 1, 0), line + newline) if end.line + 1 < text.line_count else None
        )
    if standard:
        return insertion(Position(first_line_of(standard[0]), 0), line + newline)
    others = [node for node in imports if not _is_future(node)]
    if not others:
        return None
    return insertion(Position(first_line_of(others[0]), 0), line + newline + newline)


def _order(node: Import) -> tuple[bool, str]:
    """Where tools that sort imports put it: `import x` before `from x import y`."""
    is_from = isinstance(node, ast.ImportFrom)
    module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    return is_from, f"from {module} import" if is_from else module


def _is_standard(node: Import) -> bool:
    if _is_future(node) or (isinstance(node, ast.ImportFrom) and node.level):
        return False
    module = node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name
    return module.partition(".")[0] in sys.stdlib_module_names


def _is_future(node: Import) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
