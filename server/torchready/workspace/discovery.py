"""Which Python files belong to a check.

As with ruff: a named file always does; a named folder is walked, without what is excluded by default, by
`exclude` or by .gitignore files. Links to folders are not followed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.config import Config

if TYPE_CHECKING:
    from torchready.config.patterns import PathPatterns

# Told the path of what could not be looked at, and why.
Report = Callable[[Path, str], None]

SUFFIX = ".py"
DEFAULT_EXCLUDES = frozenset(
    {
        *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d"),
        *(
            ".pyenv",
            ".pytest_cache",
            ".pytype",
            ".ruff_cache",
            ".svn",
            ".torchready_cache",
            ".tox",
            ".venv",
            ".vscode",
        ),
        *("__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules"),
        *("site-packages", "venv"),
    }
)


def python_files(
    paths: Sequence[Path], config: Config, root: Path, report: Report | None = None
) -> list[Path]:
    """All Python files that `paths` stand for, sorted and each once.

    `root` is the folder that `exclude` is relative to. What cannot be looked at is told to `report` and the
    rest goes on; without it, it is left out silently. Paths come out as they went in, relative or absolute.
    """
    tell = report or _keep_silent
    files = [file for path in paths for file in _files_at(path, config, root, tell)]
    # A file with several names must neither be checked nor fixed twice; its own name goes before links to it.
    kept: dict[Path, Path] = {}
    for file in sorted(files, key=lambda file: file.is_link):
        kept.setdefault(file.real_path, file.path)
    return sorted(kept.values())


def is_excluded(path: Path, config: Config, root: Path) -> bool:
    """Whether a walk from `root` would leave out this file or folder by `exclude` or by default.

    A path outside `root` is not excluded. .gitignore files do not count: a file that is open is looked at.
    """
    try:
        parts = path.absolute().relative_to(root.absolute()).parts
    except ValueError:
        return False
    exclude = _configured(config)
    folders = ("/".join(parts[:end]) for end in range(1, len(parts)))
    if any(_excludes_folder(exclude, f"{folder}/") for folder in folders):
        return True
    entry = "/".join(parts)
    if path.is_dir():
        return bool(parts) and _excludes_folder(exclude, f"{entry}/")
    return exclude is not None and exclude.excludes(entry) is True


def _excludes_folder(exclude: PathPatterns | None, entry: str) -> bool:
    decided = None if exclude is None else exclude.excludes(entry)
    return entry.rstrip("/").rpartition("/")[2] in DEFAULT_EXCLUDES if decided is None else decided


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    real_path: Path
    is_link: bool


def _files_at(path: Path, config: Config, root: Path, report: Report) -> Iterator[_File]:
    try:
        is_folder = _is_folder(path)
    except OSError as error:
        report(path, _reason(error))
        return
    if not is_folder:
        yield _File(path, path.resolve(), path.is_symlink())
        return
    yield from _Walk(report).files(_start(path, config, root, report))


def _is_folder(path: Path) -> bool:
    """Raises OSError when there is nothing, which `Path.is_dir` would not tell from a file."""
    path.stat()
    return path.is_dir()


@dataclass(frozen=True, slots=True)
class _Rules:
    """Patterns and where a folder stands below theirs: `a/b/`, or nothing where they are at home."""

    patterns: PathPatterns
    prefix: str

    def below(self, name: str) -> _Rules:
        return _Rules(self.patterns, f"{self.prefix}{name}/")

    def excludes(self, name: str) -> bool | None:
        return self.patterns.excludes(self.prefix + name)


@dataclass(frozen=True, slots=True)
class _Folder:
    """`ignored` holds the rules of the .gitignore files from the repository's top down to here."""

    path: Path
    real_path: Path
    exclude: _Rules | None
    ignored: tuple[_Rules, ...]

    def below(self, name: str) -> _Folder:
        return _Folder(
            self.path / name,
            self.real_path / name,
            self.exclude and self.exclude.below(name),
            tuple(rules.below(name) for rules in self.ignored),
        )

    def leaves_out(self, name: str, is_folder: bool) -> bool:
        """The nearest word counts: `exclude`, the default, the .gitignore closest by."""
        entry = f"{name}/" if is_folder else name
        decided = self.exclude.excludes(entry) if self.exclude else None
        if decided is not None:
            return decided
        if is_folder and name in DEFAULT_EXCLUDES:
            return True
        decisions = (rules.excludes(entry) for rules in reversed(self.ignored))
        return next((each for each in decisions if each is not None), False)


@dataclass(frozen=True, slots=True)
class _Walk:
    report: Report

    def files(self, start: _Folder) -> Iterator[_File]:
        """With a stack of its own, for trees deeper than Python recurses."""
        pending = [start]
        while pending:
            folder = pending.pop()
            entries = self.entries(folder)
            if any(entry.name == ".gitignore" for entry in entries):
                folder = self.with_gitignore(folder)
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                if not is_folder and not entry.name.endswith(SUFFIX):
                    continue
                if folder.leaves_out(entry.name, is_folder):
                    continue
                if is_folder:
                    pending.append(folder.below(entry.name))
                elif entry.is_file():
                    yield _file(entry, folder)

    def entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder.path) as entries:
                return list(entries)
        except OSError as error:
            self.report(folder.path, _reason(error))
            return []

    def with_gitignore(self, folder: _Folder) -> _Folder:
        rules = _gitignore(folder.path, "", self.report)
        return _Folder(folder.path, folder.real_path, folder.exclude, (*folder.ignored, *rules))


def _file(entry: os.DirEntry[str], folder: _Folder) -> _File:
    path, is_link = folder.path / entry.name, entry.is_symlink()
    return _File(path, path.resolve() if is_link else folder.real_path / entry.name, is_link)


def _start(path: Path, config: Config, root: Path, report: Report) -> _Folder:
    """A named folder is walked whatever excludes it, so the patterns that match it do not count below it."""
    exclude = _configured(config)
    rules = None if exclude is None else _walked_anyway(_Rules(exclude, _prefix(path, root)))
    return _Folder(path, path.resolve(), rules, tuple(_ignored_above(path, report)))


def _walked_anyway(rules: _Rules) -> _Rules:
    folders = rules.prefix.split("/")[:-1]
    patterns = rules.patterns
    for end in range(1, len(folders) + 1):
        patterns = patterns.without_those_matching("/".join(folders[:end]) + "/")
    return _Rules(patterns, rules.prefix)


def _ignored_above(path: Path, report: Report) -> Iterator[_Rules]:
    """The rules of the .gitignore files above a folder, up to the top of its repository."""
    folder = path.absolute()
    above = list(folder.parents)
    top = next((place for place in (folder, *above) if (place / ".git").exists()), None)
    if top is None or top == folder:
        return
    for place in reversed(above[: above.index(top) + 1]):
        if (place / ".gitignore").is_file():
            for rules in _gitignore(place, _prefix(folder, place), report):
                yield _walked_anyway(rules)


def _gitignore(folder: Path, prefix: str, report: Report) -> Iterator[_Rules]:
    # Imported here because a project without any patterns need not wait for the library.
    from torchready.config.patterns import path_patterns

    path = folder / ".gitignore"
    try:
        text = path.read_text("utf-8-sig", errors="surrogateescape")
    except OSError as error:
        report(path, _reason(error))
        return
    yield _Rules(path_patterns(text.split("\n")), prefix)


def _configured(config: Config) -> PathPatterns | None:
    if not config.exclude:
        return None
    from torchready.config.patterns import path_patterns

    return path_patterns(config.exclude)


def _prefix(path: Path, root: Path) -> str:
    """Where `path` stands below `root`; nothing for `root` itself and for a path outside of it."""
    try:
        relative = Path(os.path.normpath(path.absolute())).relative_to(os.path.normpath(root.absolute()))
    except ValueError:
        return ""
    return "".join(f"{part}/" for part in relative.parts)


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    return f"cannot be read: {error.strerror or error}"


def _keep_silent(path: Path, reason: str) -> None:
    return None
