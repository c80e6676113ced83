"""Finding and reading configuration files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torchready.config.model import Config
from torchready.finding import Range


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One thing that is wrong in a configuration file, and where."""

    path: Path
    range: Range
    message: str

    def __str__(self) -> str:
        start = self.range.start
        return f"{self.path}:{start.line + 1}:{start.column + 1}: {self.message}"


class ConfigError(Exception):
    """A configuration file that cannot be used; lists everything that is wrong in it."""

    def __init__(self, problems: tuple[ConfigProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def find_config(folder: Path) -> Path | None:
    """The nearest configuration upward from `folder`: a torchready.toml, or a pyproject.toml that
    has a [tool.torchready] table. Where both stand in one folder, torchready.toml wins.
    """
    raise NotImplementedError


def load_config(path: Path) -> Config:
    """Read one configuration file. Raises `ConfigError`."""
    raise NotImplementedError
