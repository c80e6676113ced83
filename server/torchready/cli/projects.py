"""Which configuration holds for which files: the nearest one above each file, as in the editor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torchready.cli.options import CheckOptions
from torchready.config import Config, find_config, load_config
from torchready.workspace.discovery import Report, is_excluded, python_files
from torchready.workspace.imports import outermost_package

CONFIGURATION_FILES = ("torchready.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True)
class Project:
    """A configuration and the folder that imports and patterns of files are resolved against."""

    root: Path
    config: Config


class Projects:
    """Finds the project of each folder, and reads each configuration once. Raises `ConfigError`."""

    def __init__(self, options: CheckOptions, report: Report | None = None) -> None:
        """`report` is told of what cannot be looked at."""
        self._options = options
        self._report = report
        self._nearest: dict[Path, Path | None] = {}
        self._projects: dict[tuple[Path | None, Path], Project] = {}

    def of_folder(self, folder: Path) -> Project:
        """The folder must be absolute."""
        config_path = self._config_path(folder)
        root = self._root(config_path, folder)
        if (config_path, root) not in self._projects:
            config = load_config(config_path) if config_path else Config()
            self._projects[config_path, root] = Project(root, self._overridden(config))
        return self._projects[config_path, root]

    def files(self) -> dict[Project, list[Path]]:
        """All files to check, sorted, under the project that each belongs to."""
        found: dict[Project, list[Path]] = {}
        for path in self._all_files():
            found.setdefault(self.of_folder(path.parent), []).append(path)
        return found

    def _all_files(self) -> list[Path]:
        paths: set[Path] = set()
        for given in self._options.paths:
            path = Path(os.path.normpath(given.absolute()))
            paths.update(self._files_under(path))
        return sorted(paths)

    def _files_under(self, path: Path) -> Sequence[Path]:
        is_folder = path.is_dir()
        project = self.of_folder(path if is_folder else path.parent)
        if self._options.force_exclude and is_excluded(path, project.config, project.root):
            return []
        files = python_files([path], project.config, project.root, self._report)
        return [file for file in files if not is_folder or self._belongs(file, project)]

    def _belongs(self, file: Path, above: Project) -> bool:
        """Whether the file's own project, when it is another than the one walked, keeps it."""
        own = self.of_folder(file.parent)
        return own is above or not is_excluded(file, own.config, own.root)

    def _config_path(self, folder: Path) -> Path | None:
        if self._options.isolated:
            return None
        if self._options.config:
            return self._options.config.absolute()
        if folder not in self._nearest:
            self._nearest[folder] = self._find(folder)
        return self._nearest[folder]

    def _find(self, folder: Path) -> Path | None:
        # Only a folder that holds such a file can differ from the folder above it.
        if folder.parent == folder or any((folder / name).is_file() for name in CONFIGURATION_FILES):
            return find_config(folder)
        return self._config_path(folder.parent)

    def _root(self, config_path: Path | None, folder: Path) -> Path:
        if config_path and not self._options.config:
            return config_path.parent
        current = Path.cwd()
        return current if folder.is_relative_to(current) else outermost_package(folder)

    def _overridden(self, config: Config) -> Config:
        options = self._options
        config = config.with_overrides(
            select=options.select,
            ignore=options.ignore,
            profile=options.profile,
            exclude=options.exclude or None,
        )
        if not options.extend_select:
            return config
        selected = ("TR",) if config.select is None else config.select
        return config.with_overrides(select=(*selected, *options.extend_select))
