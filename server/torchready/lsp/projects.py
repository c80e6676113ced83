"""Projects: one engine with one configuration for all files below one configuration file.

The nearest configuration above a file decides, so a workspace folder may hold several projects and
several folders may share one. What the editor's settings say comes on top.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from torchready.config import Config, ConfigError, ConfigProblem, find_config, load_config
from torchready.config.load import OWN_FILE, SHARED_FILE

if TYPE_CHECKING:
    from torchready.engine import Engine

EngineFactory = Callable[[Config, Path], "Engine"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What the editor's own settings say about a folder; None leaves it to the configuration file."""

    enable: bool = True
    configuration: str | None = None
    profile: str | None = None
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    # The command line of the interpreter in which models run, and that of the environment chosen in the editor,
    # which is only a suggestion.
    interpreter: tuple[str, ...] | None = None
    environment: tuple[str, ...] | None = None
    verify_on_save: bool = True
    code_lens: bool = True
    inlay_hints: bool = True

    @classmethod
    def of(cls, value: object) -> Settings:
        """Settings from JSON. What has the wrong type counts as not given."""
        if not isinstance(value, Mapping):
            return cls()
        given = cast("Mapping[str, object]", value)
        return cls(
            enable=given.get("enable") is not False,
            configuration=_text(given.get("configuration")),
            profile=_text(given.get("profile")),
            select=_codes(given.get("select")) or None,
            ignore=_codes(given.get("ignore")) or None,
            interpreter=_interpreter(given.get("interpreter")),
            environment=_interpreter(given.get("environment")),
            verify_on_save=_on_save(given) != "never",
            code_lens=given.get("codeLens") is not False,
            inlay_hints=given.get("inlayHints") is not False,
        )


def import_engine() -> None:
    """Import the engine, ahead of its first use: it takes as long to import as all the rest.

    The parser of configurations, too: the first of them is read on the loop, where everybody waits for it.
    """
    import torchready.engine  # noqa: F401  # pyright: ignore[reportUnusedImport]

    if sys.version_info >= (3, 11):
        import tomllib  # noqa: F401  # pyright: ignore[reportUnusedImport]
    else:
        import tomli  # noqa: F401  # pyright: ignore[reportUnusedImport]


def open_engine(config: Config, root: Path) -> Engine:
    """The real engine, imported when first needed."""
    from torchready.engine import Engine

    return Engine(config, root)


@dataclass(eq=False, slots=True)
class Project:
    """An engine and what is queued for it. `engine()` is for the thread that drives the engine only."""

    root: Path
    config_path: Path | None
    config: Config
    problems: tuple[ConfigProblem, ...]
    make_engine: EngineFactory
    # Whether the worker thread is inside this project's engine now.
    busy: bool = False
    # Whether what full reports ask of the workspace was read; None while another thread reads it.
    prepared: bool | None = False
    # Small errands for the engine that came while it was busy.
    errands: deque[Callable[[Engine], None]] = field(default_factory=deque[Callable[["Engine"], None]])
    _engine: Engine | None = None

    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = self.make_engine(self.config, self.root)
        return self._engine

    def run_errand(self, errand: Callable[[Engine], None]) -> None:
        """Run it now, or when the engine is free; an engine that never started need not hear of it."""
        if self._engine is None and not self.busy:
            return
        self.errands.append(errand)
        if not self.busy:
            self.run_errands()

    def run_errands(self) -> None:
        while self.errands:
            self.errands.popleft()(self.engine())


class Projects:
    """All projects, found by path; forgotten when a configuration changes."""

    def __init__(self, make_engine: EngineFactory = open_engine) -> None:
        self._make_engine = make_engine
        self._projects: dict[tuple[Path | None, Path, Settings], Project] = {}
        self._configs: dict[Path, Config] = {}
        self._seen: dict[Path, int | None] = {}

    def project_of(self, path: Path, folder: Path | None, settings: Settings) -> Project:
        """The project of a file; `folder` is the workspace folder that holds it, if any does."""
        if settings.configuration:
            config_path = (folder or path.parent) / Path(settings.configuration).expanduser()
            root = folder or config_path.parent
        else:
            config_path = find_config(path.parent)
            root = config_path.parent if config_path else folder or path.parent
        key = (config_path, root, settings)
        if key not in self._projects:
            self._projects[key] = self._load(config_path, root, settings)
        return self._projects[key]

    def forget(self) -> None:
        """Read every configuration anew when next asked."""
        self._projects.clear()

    def changed_on_disk(self) -> bool:
        """Whether a configuration in use was changed since it was read; for clients that do not watch."""
        return any(_modified(path) != seen for path, seen in self._seen.items())

    def all(self) -> Iterable[Project]:
        return tuple(self._projects.values())

    def _load(self, path: Path | None, root: Path, settings: Settings) -> Project:
        config, problems = self._configs.get(path, Config()) if path else Config(), ()
        if path is not None:
            self._seen[path] = _modified(path)
            try:
                config = load_config(path)
                self._configs[path] = config
            except ConfigError as error:
                # The last good configuration stays in force until the file is mended.
                problems = error.problems
        overridden = config.with_overrides(
            select=settings.select, ignore=settings.ignore, profile=settings.profile
        )
        return Project(root, path, overridden, problems, self._make_engine)


def configuration_stamp(folder: Path) -> object:
    """Differs when a folder's own configuration came, went or changed."""
    return tuple(_modified(folder / name) for name in (OWN_FILE, SHARED_FILE))


def _modified(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _interpreter(value: object) -> tuple[str, ...] | None:
    if isinstance(value, str):
        return (value,) if value else None
    return _codes(value) or None


def _on_save(given: Mapping[str, object]) -> object:
    """`verify.onSave`, which editors send as a table in a table or under its dotted name."""
    verify = given.get("verify")
    if isinstance(verify, Mapping):
        return cast("Mapping[str, object]", verify).get("onSave")
    return given.get("verify.onSave")


def _codes(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)):
        return None
    return tuple(code for code in cast("list[object]", value) if isinstance(code, str))
