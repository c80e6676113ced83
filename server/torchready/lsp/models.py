"""The models of the workspace that can be verified: entries of its configuration files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from torchready.config import ModelConfig
from torchready.lsp.projects import Project
from torchready.lsp.session import Session
from torchready.workspace.imports import ImportFinder

Key: TypeAlias = tuple[Path, str, int]


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of a configuration, the `number`th with its target. `root` is where its imports begin.

    `index` is its place among all entries of its file. `file` is where its class or factory is written; None when
    there is no such file.
    """

    root: Path
    config: ModelConfig
    number: int
    index: int
    file: Path | None
    project: Project = field(compare=False, repr=False)

    @property
    def key(self) -> Key:
        return (self.root, self.config.target, self.number)

    @property
    def name(self) -> str:
        """What stands behind the colon: `Net` in `package.net:Net`."""
        return self.config.target.rpartition(":")[2]


def configured_models(session: Session) -> tuple[Model, ...]:
    """All models of the workspace folders and of the projects that have a document open."""
    projects = {project.root: project for project in _projects(session)}
    return tuple(model for project in projects.values() for model in models_of(project))


def models_of(project: Project) -> Iterator[Model]:
    seen: Counter[str] = Counter()
    finder = ImportFinder((project.root, project.root / "src"))
    for index, config in enumerate(project.config.models):
        file = _module_file(config.target, project, finder)
        yield Model(project.root, config, seen[config.target], index, file, project)
        seen[config.target] += 1


def with_target(models: Iterable[Model], target: str) -> list[Model]:
    return [model for model in models if model.config.target == target]


def _module_file(target: str, project: Project, finder: ImportFinder) -> Path | None:
    """The file that a target names, found as an import would be, without importing anything."""
    module = target.rpartition(":")[0]
    if module.endswith(".py"):
        path = project.root / module
        return path if path.is_file() else None
    # Without the interpreter's packages: only files of the workspace are of interest.
    return finder.find(module)


def _projects(session: Session) -> Iterator[Project]:
    yield from session.projects.all()
    yield from session.folder_projects()
