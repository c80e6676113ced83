"""Which files of the workspace a file imports, and those in turn: a change of one may change what the file does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from torchready.facts.project import Project
from torchready.facts.source_file import SourceFile


def imported_files(project: Project, path: Path, root: Path) -> frozenset[Path]:
    """The file itself and all files below `root` that it imports, also in functions and through others."""
    found: set[Path] = set()
    waiting = [path]
    while waiting:
        current = waiting.pop()
        file = None if current in found else project.file(current)
        found.add(current)
        if file is not None:
            waiting += (each for each in _imports(project, file) if each.is_relative_to(root))
    return frozenset(found)


def _imports(project: Project, file: SourceFile) -> Iterator[Path]:
    for name in _imported_names(file):
        path = project.finder.find(name, file.import_roots)
        if path is not None:
            yield path


def _imported_names(file: SourceFile) -> Iterator[str]:
    """Full names of modules, of packages that hold them, and of what may be a module in a package."""
    for piece in file.syntax.pieces:
        if "import" not in piece.text:
            continue
        for statement in piece.statements():
            for node in ast.walk(statement):
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        yield from _with_packages(alias.name)
                elif isinstance(node, ast.ImportFrom):
                    module = file.absolute_module(node.module, node.level)
                    yield from _with_packages(module)
                    yield from (f"{module}.{alias.name}" for alias in node.names)


def _with_packages(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[: end + 1]) for end in range(len(parts)) if name)
