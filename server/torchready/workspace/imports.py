"""Where the source of an imported module lives. Nothing is ever imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path


@dataclass(slots=True)
class ImportFinder:
    """Finds modules below `roots`, in their order. Remembers answers until `forget` is called."""

    roots: tuple[Path, ...]
    _found: dict[tuple[str, tuple[Path, ...]], Path | None] = field(
        default_factory=dict[tuple[str, "tuple[Path, ...]"], "Path | None"]
    )
    _missed: dict[tuple[str, tuple[Path, ...]], tuple[Path, ...]] = field(
        default_factory=dict[tuple[str, "tuple[Path, ...]"], "tuple[Path, ...]"]
    )
    _folders: dict[Path, frozenset[str]] = field(default_factory=dict[Path, frozenset[str]])
    _marks: dict[Path, tuple[Path, ...]] = field(default_factory=dict[Path, "tuple[Path, ...]"])

    def find(self, module: str, importer_roots: tuple[Path, ...] = ()) -> Path | None:
        """The file of a module by its full dotted name; the folders that the importer counts from come first."""
        key = (module, importer_roots)
        if key not in self._found:
            self._found[key] = self._search(module, importer_roots)
        return self._found[key]

    def missed(self, module: str, importer_roots: tuple[Path, ...] = ()) -> tuple[Path, ...]:
        """The files that would be found instead, or at all, if they were there."""
        key = (module, importer_roots)
        if key not in self._missed:
            found = self.find(module, importer_roots)
            before = takewhile(lambda path: path != found, self._candidates(module, importer_roots))
            self._missed[key] = tuple(before)
        return self._missed[key]

    def package_marks(self, folder: Path) -> tuple[Path, ...]:
        """The files, there or not, that decide about the two roots of the files in a folder."""
        if folder not in self._marks:
            self._marks[folder] = tuple(_package_marks(folder))
        return self._marks[folder]

    def forget(self) -> None:
        """Files came or went."""
        self._marks.clear()
        self._found.clear()
        self._missed.clear()
        self._folders.clear()

    def _search(self, module: str, importer_roots: tuple[Path, ...]) -> Path | None:
        parts = module.split(".")
        for root in self._roots_for(importer_roots):
            found = self._below(root, parts)
            if found is not None:
                return found
        return None

    def _roots_for(self, importer_roots: tuple[Path, ...]) -> tuple[Path, ...]:
        return tuple(dict.fromkeys((*importer_roots, *self.roots)))

    def _candidates(self, module: str, importer_roots: tuple[Path, ...]) -> Iterator[Path]:
        for root in self._roots_for(importer_roots):
            place = root.joinpath(*module.split("."))
            yield place / "__init__.py"
            yield place.with_name(f"{place.name}.py")

    def _below(self, root: Path, parts: Sequence[str]) -> Path | None:
        folder = root
        for part in parts[:-1]:
            if part not in self._names(folder):
                return None
            folder = folder / part
        names = self._names(folder)
        last = parts[-1]
        if last in names and "__init__.py" in self._names(folder / last):
            return folder / last / "__init__.py"
        return folder / f"{last}.py" if f"{last}.py" in names else None

    def _names(self, folder: Path) -> frozenset[str]:
        if folder not in self._folders:
            try:
                self._folders[folder] = frozenset(entry.name for entry in folder.iterdir())
            except OSError:
                self._folders[folder] = frozenset()
        return self._folders[folder]


def package_root(path: Path) -> Path:
    """The folder from which a file is imported: the first one upward that is not a package."""
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.parent != folder:
        folder = folder.parent
    return folder


def import_roots(path: Path) -> tuple[Path, Path]:
    """Where the imports of a file are looked for first: its package root, and the root of its relative imports.

    A folder in a package is a part of it without an `__init__.py` too, but a script in it imports its neighbours.
    """
    folder = path.parent
    while _is_part_of_package(folder) and folder.parent != folder:
        folder = folder.parent
    return package_root(path), folder


def _is_part_of_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file() or (folder.parent / "__init__.py").is_file()


def _package_marks(folder: Path) -> Iterator[Path]:
    yield folder / "__init__.py"
    yield folder.parent / "__init__.py"
    while _is_part_of_package(folder) and folder.parent != folder:
        folder = folder.parent
        yield folder.parent / "__init__.py"


def outermost_package(folder: Path) -> Path:
    """The outermost package that holds a folder, the folder itself when it is in no package."""
    while (folder.parent / "__init__.py").is_file() and folder.parent != folder:
        folder = folder.parent
    return folder


def module_name(path: Path, root: Path) -> str:
    """The dotted name of a file below its package root."""
    parts = list(path.relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def search_roots(project: Path, python: str | None) -> tuple[Path, ...]:
    """Where modules are looked for: the project, its `src`, and the site-packages of the interpreter.

    `python` is the configured interpreter, absolute or relative to the project; without it, a virtual
    environment in the project, else the packages of the interpreter that runs torchready.
    """
    roots = [project]
    if (project / "src").is_dir():
        roots.append(project / "src")
    return (*roots, *_site_packages(project, python))


def _site_packages(project: Path, python: str | None) -> Iterator[Path]:
    environments: list[Path] = []
    if python is not None:
        environments.append((project / python).parent.parent)
    else:
        environments += (project / ".venv", project / "venv")
    for environment in environments:
        found = [
            *sorted(environment.glob("lib/python3*/site-packages")),
            *environment.glob("Lib/site-packages"),
        ]
        if found:
            yield from found
            return
    yield from (Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
