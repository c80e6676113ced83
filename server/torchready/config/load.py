"""Finding and reading configuration files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from torchready.config.frozen import FrozenMapping, frozen
from torchready.config.model import Config, DummyInput, InputConfig, ModelConfig, PlainInput
from torchready.finding import Position, Range, Severity

if TYPE_CHECKING:
    from torchready.config.kinds import KeyPath, Mistake
    from torchready.config.line_places import LinePlaces
    from torchready.config.places import Places

OWN_FILE = "torchready.toml"
SHARED_FILE = "pyproject.toml"
SHARED_TABLE = ("tool", "torchready")
# A pyproject.toml that does not parse is still ours when this is in it, so that its error gets reported.
SHARED_TABLE_HEADER = re.compile(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*torchready\b", re.MULTILINE)
TOML_ERROR_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


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
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def find_config(folder: Path) -> Path | None:
    """The nearest configuration upward from `folder`: a torchready.toml, or a pyproject.toml that
    has a [tool.torchready] table. Where both stand in one folder, torchready.toml wins.
    """
    absolute = folder.absolute()
    for place in (absolute, *absolute.parents):
        if (place / OWN_FILE).is_file():
            return place / OWN_FILE
        if _has_our_table(place / SHARED_FILE):
            return place / SHARED_FILE
    return None


def load_config(path: Path) -> Config:
    """Read one configuration file: a pyproject.toml by its [tool.torchready], any other as a whole.

    Raises `ConfigError` with all problems when the file cannot be read, is not TOML or says what it must not.
    """
    text = _read(path)
    document = _parse(path, text)
    is_shared = path.name == SHARED_FILE
    settings = _our_table(document) if is_shared else document
    _validate(path, text, settings, SHARED_TABLE if is_shared else ())
    return _config(settings, path)


def _has_our_table(path: Path) -> bool:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeError):
        return False
    # Most pyproject.toml never name us; they need no parser.
    if "torchready" not in text:
        return False
    try:
        return _our_table(_parse(path, text)) is not None
    except ConfigError:
        return SHARED_TABLE_HEADER.search(text) is not None


def _our_table(document: dict[str, Any]) -> Any:
    tool = document.get("tool")
    return cast("dict[str, Any]", tool).get("torchready") if isinstance(tool, dict) else None


def _read(path: Path) -> str:
    start = Range(Position(0, 0), Position(0, 0))
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        message = f"this configuration cannot be read: {error.strerror or error}"
    except UnicodeError:
        message = "this configuration cannot be read: save it as UTF-8"
    raise ConfigError((ConfigProblem(path, start, message),))


def _parse(path: Path, text: str) -> dict[str, Any]:
    # Imported here because without a configuration no parser is needed and starting must be quick.
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError((_syntax_problem(path, text, str(error)),)) from None


def _syntax_problem(path: Path, text: str, message: str) -> ConfigProblem:
    from torchready.text import Text

    place = TOML_ERROR_PLACE.search(message)
    if place and place[1]:
        start = Position(int(place[1]) - 1, int(place[2]) - 1)
    else:
        start = Text(text.rstrip()).position(len(text))
    end = Position(start.line, max(start.column + 1, len(Text(text).line(start.line))))
    return ConfigProblem(path, Range(start, end), f"not valid TOML: {TOML_ERROR_PLACE.sub('', message)}")


def _validate(path: Path, text: str, settings: dict[str, Any], prefix: KeyPath) -> None:
    from torchready.config.keys import TORCHREADY

    if not prefix and _our_table(settings) is not None:
        _raise(path, text, (_misplaced_table(),), prefix)
    mistakes = tuple(TORCHREADY.mistakes(settings, ()))
    if mistakes:
        _raise(path, text, mistakes, prefix)


def _misplaced_table() -> Mistake:
    from torchready.config.kinds import Mistake

    message = f"in {OWN_FILE} the keys stand at the top: leave out `tool.torchready.` in the table names"
    return Mistake(SHARED_TABLE, message, at_key=True)


def _raise(path: Path, text: str, mistakes: Iterable[Mistake], prefix: KeyPath) -> None:
    places = places_in(text)
    problems: list[ConfigProblem] = []
    for mistake in mistakes:
        whole_path = (*prefix, *mistake.path)
        place = places.of_key(whole_path) if mistake.at_key else places.of_value(whole_path)
        problems.append(ConfigProblem(path, place, mistake.message))
    raise ConfigError(tuple(sorted(problems, key=lambda problem: problem.range)))


def places_in(text: str) -> Places | LinePlaces:
    """Where the keys and values of a TOML text stand. Brings a parser that is needed only to point at something."""
    try:
        from torchready.config.places import Places
    except ImportError:
        # tree-sitter is compiled, and the editor's bundle holds nothing that is.
        from torchready.config.line_places import LinePlaces

        return LinePlaces(text)
    return Places(text)


def _config(settings: dict[str, Any], path: Path) -> Config:
    """The configuration of settings that are valid."""
    severities: dict[str, str] = settings.get("severity", {})
    file_ignores: dict[str, list[str]] = settings.get("per-file-ignores", {})
    return Config(
        profile=settings.get("profile", Config.profile),
        select=tuple(settings["select"]) if "select" in settings else None,
        ignore=tuple(settings.get("ignore", ())),
        exclude=tuple(settings.get("exclude", ())),
        per_file_ignores=tuple((pattern, tuple(codes)) for pattern, codes in file_ignores.items()),
        severity=FrozenMapping({code: Severity(name) for code, name in severities.items()}),
        allow_functional=frozenset(settings.get("allow-functional", ())),
        python=settings.get("python"),
        models=tuple(_model(model) for model in settings.get("model", ())),
        source=path,
    )


def _model(settings: dict[str, Any]) -> ModelConfig:
    special = ("inputs", "memory")
    given = {name.replace("-", "_"): frozen(value) for name, value in settings.items() if name not in special}
    memory = settings.get("memory")
    return ModelConfig(
        **cast("dict[str, Any]", given),
        inputs=_inputs(settings.get("inputs")),
        memory=None if memory is None else bytes_of(memory),
    )


def bytes_of(amount: str) -> int:
    """`8 GB` or `512 MiB`, which mean what they mean to a machine: powers of 1024."""
    number = amount.rstrip("KMGTiB ")
    return int(float(number) * 1024 ** (1 + "KMGT".index(amount[len(number) :].strip()[0])))


def _inputs(inputs: Any) -> tuple[DummyInput, ...] | FrozenMapping[DummyInput] | str | None:
    if isinstance(inputs, dict):
        by_keyword = cast("dict[str, Any]", inputs)
        return FrozenMapping({name: _input(item) for name, item in by_keyword.items()})
    return cast("Any", _input(inputs))


def _input(described: Any) -> DummyInput:
    if isinstance(described, list):
        return tuple(_input(item) for item in cast("list[Any]", described))
    if not isinstance(described, dict):
        return described
    table = cast("dict[str, Any]", described)
    # Of what is valid, only a tensor has a shape that is a list.
    if isinstance(table.get("shape"), list):
        return InputConfig(tuple(table.pop("shape")), **table)
    if set(table) == {"value"}:
        return PlainInput(frozen(table["value"]))
    return FrozenMapping({name: _input(item) for name, item in table.items()})
