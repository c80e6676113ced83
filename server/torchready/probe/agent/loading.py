"""From a target, `package.module:Name` or `path/file.py:Name`, to what it names, from the disk as it is now.

A run's process is fresh, so nothing of the user's was imported before. What Python keeps between processes, compiled
files, is not used for the user's own files: two saves within a second look the same to it.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from .outcomes import ForPeopleError

# Below the root, too: an environment of the project's own.
INSTALLED = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))

# How alike names are, from 0 to 1, so that one may have been meant for the other.
NEAR = 0.55
MOST_NAMES = 8


class NotFoundError(ForPeopleError):
    """The target names nothing; the message is for a person."""


class Sources:
    """The user's files: which they are, and their texts, unsaved ones included."""

    def __init__(self, root: str, overlays: Mapping[str, str]) -> None:
        self.root = os.path.normpath(root)
        self._overlays = {os.path.normpath(path): text for path, text in overlays.items()}
        # A file may be named by a way with links in it, or without.
        self._roots = (self.root + os.sep, os.path.realpath(root) + os.sep)

    def is_users(self, filename: str) -> bool:
        if filename in self._overlays:
            return True
        if not filename.endswith(".py") or not filename.startswith(self._roots):
            return False
        return not any(folder in filename for folder in INSTALLED)

    def overlay(self, filename: str) -> str | None:
        return self._overlays.get(os.path.normpath(filename)) if self._overlays else None

    def text(self, filename: str) -> str | None:
        text = self.overlay(filename)
        if text is not None:
            return text
        try:
            with open(filename, "rb") as file:
                return importlib.util.decode_source(file.read())
        except (OSError, SyntaxError, UnicodeError):
            return None

    def imported(self) -> list[str]:
        """The user's files that were imported until now."""
        files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        return sorted({file for file in files if isinstance(file, str) and self.is_users(file)})

    def install(self) -> None:
        """Let imports see these texts, and let tracebacks quote them."""
        sources = self
        read = importlib.machinery.SourceFileLoader.get_code

        def get_code(loader: Any, fullname: str) -> Any:
            path = loader.get_filename(fullname)
            if not sources.is_users(path):
                return read(loader, fullname)
            text = sources.overlay(path)
            content = loader.get_data(path) if text is None else text.encode("utf-8", "surrogatepass")
            return loader.source_to_code(content, path)

        importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
        for path, text in self._overlays.items():
            linecache.cache[path] = (len(text), None, text.splitlines(True), path)
        sys.meta_path.insert(0, _UnsavedFiles(self._overlays))


class _UnsavedFiles(importlib.abc.MetaPathFinder):
    """Finds modules that exist in the editor only."""

    def __init__(self, overlays: Mapping[str, str]) -> None:
        self._new = {path for path in overlays if not os.path.exists(path)}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        for folder in (sys.path if path is None else path) if self._new else ():
            below = os.path.normpath(os.path.join(folder or os.getcwd(), name))
            package, module = os.path.join(below, "__init__.py"), below + ".py"
            if package in self._new:
                return importlib.util.spec_from_file_location(
                    fullname, package, submodule_search_locations=[below]
                )
            if module in self._new:
                return importlib.util.spec_from_file_location(fullname, module)
        return None


def load(reference: str, sources: Sources, *, models: bool = False) -> Any:
    """What `package.module:Name` or `path/file.py:Name` names. What the user's code raises on import goes through.

    Where it names nothing, the error says what there is: `models`, if one is wanted.
    """
    place, _, name = reference.rpartition(":")
    _make_findable(sources.root)
    module = _module_of_file(place, sources) if place.endswith(".py") else _module(place, sources)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise NotFoundError(f"{place} has no {name}{_instead(part, found, models)}")
        found = getattr(found, part)
    return found


def definition(found: Any, sources: Sources) -> dict[str, Any] | None:
    """Where a class or function of the user's is defined: the place of its name."""
    module = sys.modules.get(getattr(found, "__module__", None) or "")
    filename = getattr(module, "__file__", None)
    if not isinstance(filename, str) or not sources.is_users(filename):
        return None
    text = sources.text(filename)
    names = str(getattr(found, "__qualname__", "")).split(".")
    try:
        body: Sequence[ast.AST] = ast.parse(text or "").body
    except SyntaxError:
        return None
    node: ast.AST | None = None
    for name in names:
        node = _named(name, body)
        if node is None:
            return None
        body = getattr(node, "body", [])
    if node is None or text is None:
        return None
    return {"filename": filename, "range": _range_of_name(node, names[-1], text)}


def _named(name: str, body: Sequence[ast.AST]) -> ast.AST | None:
    """The last definition of the name in a body, also below an `if` or `try`."""
    found = None
    for statement in body:
        if isinstance(statement, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            found = statement if statement.name == name else found
        elif isinstance(statement, (ast.If, ast.Try, ast.With)):
            found = _named(name, list(ast.iter_child_nodes(statement))) or found
    return found


def _range_of_name(node: Any, name: str, text: str) -> list[int]:
    line = node.lineno - 1
    code = text.splitlines()[line] if line < len(text.splitlines()) else ""
    column = max(code.find(name, code.find("class ") + code.find("def ") + 1), 0)
    return [line, column, line, column + len(name)]


def _make_findable(root: str) -> None:
    # As `python -m` does it from the root; `src` is where many projects keep their packages.
    for folder in (os.path.join(root, "src"), root):
        if os.path.isdir(folder) and folder not in sys.path:
            sys.path.insert(0, folder)


def _module(name: str, sources: Sources) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Only the target itself or a package above it; what it imports in turn is the user's own error.
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise NotFoundError(
                f"there is no module {error.name} in {sources.root} or among the installed packages"
            ) from None
        raise


def _module_of_file(path: str, sources: Sources) -> ModuleType:
    filename = os.path.normpath(os.path.join(sources.root, os.path.expanduser(path)))
    if not os.path.exists(filename) and sources.overlay(filename) is None:
        raise NotFoundError(f"there is no file {filename}")
    folder, name = _import_name(filename, sources.root)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    own = os.path.dirname(filename)
    if own not in sys.path:
        # Where a script finds its neighbours.
        sys.path.insert(1, own)
    parent = name.rpartition(".")[0]
    if parent and not _is_importable(parent, os.path.dirname(filename)):
        name = name.rpartition(".")[2]
    spec = importlib.util.spec_from_file_location(name, filename)
    if spec is None or spec.loader is None:
        raise NotFoundError(f"{filename} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    if "." in name:
        setattr(sys.modules[name.rpartition(".")[0]], name.rpartition(".")[2], module)
    return module


def _import_name(filename: str, root: str) -> tuple[str, str]:
    """The folder that a file is imported from, and its dotted name there."""
    folder, stem = os.path.split(filename[: -len(".py")])
    names = [stem]
    while os.path.exists(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder, name = os.path.split(folder)
        names.append(name)
    if names[0] == "__init__" and len(names) > 1:
        names.pop(0)
    if len(names) == 1 and folder.startswith(root + os.sep):
        # No package by its files: a namespace package, as long as all folders have names.
        between = folder[len(root) + 1 :].split(os.sep)
        between = between[1:] if between[0] == "src" else between
        if between and all(part.isidentifier() for part in between):
            names.extend(reversed(between))
            folder = folder[: -len(os.sep.join(between)) - 1]
    return folder, ".".join(reversed(names))


def _is_importable(package: str, folder: str) -> bool:
    """Whether the package of this name is the one in `folder`, and not another that is found before it."""
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name and (package == error.name or package.startswith(error.name + ".")):
            return False
        raise
    return any(
        os.path.realpath(place) == os.path.realpath(folder) for place in getattr(module, "__path__", [])
    )


def _instead(name: str, found: Any, models: bool) -> str:
    """What may have been meant, and what else there is."""
    names = _models_in(found) if models else []
    nearest = _nearest(name, names) or _nearest(
        name, [each for each in dir(found) if not each.startswith("__")]
    )
    if not nearest and not names:
        return ""
    if not nearest:
        return f"; the {_listed(names)}"
    return f"; did you mean {nearest}?{f' The {_listed(names)}' if len(names) > 1 else ''}"


def _nearest(name: str, names: Sequence[str]) -> str | None:
    import difflib

    # Short names that differ in two letters are near as well.
    return next(iter(difflib.get_close_matches(name, names, 1, NEAR)), None)


def _models_in(found: Any) -> list[str]:
    """The names of the models that a module of the user's defines."""
    import torch

    own = getattr(found, "__name__", None)
    return [
        name
        for name, one in vars(found).items()
        if isinstance(one, type) and issubclass(one, torch.nn.Module) and one.__module__ == own
    ]


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"only model in it is {names[0]}"
    left = len(names) - MOST_NAMES
    shown = names if left <= 0 else [*names[:MOST_NAMES], f"{left} more"]
    return f"models in it are {', '.join(shown[:-1])} and {shown[-1]}"
