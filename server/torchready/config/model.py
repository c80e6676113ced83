"""What the rest of the house asks of a configuration."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from torchready.config.frozen import FrozenMapping
from torchready.finding import Severity

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

CODE_LENGTH = len("TR101")
ALL_CODES = "TR"
ALL_CHECKS = ("forward", "trace", "export", "onnx")
DEVICES = ("auto", "real", "fake", "meta")
EXPORTERS = ("dynamo", "torchscript")


@dataclass(frozen=True, slots=True)
class InputConfig:
    """One dummy tensor of a model's forward. Its numbers are from `low` up to, not including, `high`, if given."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class PlainInput:
    """A dummy input that is no tensor, as it is: lists and tables in it are no lists of inputs."""

    value: object


# Also plain numbers, strings and booleans, and lists (as tuples) and tables of inputs.
DummyInput: TypeAlias = (
    "InputConfig | PlainInput | tuple[DummyInput, ...] | Mapping[str, DummyInput] | str | float"
)


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """One model that `verify` builds and runs.

    `target` is `package.module:Name` or `path/file.py:Name`. `inputs` are positional inputs, inputs by
    keyword, or the `package.module:function` that makes them. `timeout` counts seconds, for all checks;
    `memory` counts bytes.
    """

    target: str
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=FrozenMapping[object])
    inputs: tuple[DummyInput, ...] | Mapping[str, DummyInput] | str | None = None
    checks: tuple[str, ...] = ALL_CHECKS
    opset: int | None = None
    timeout: float = 120.0
    memory: int | None = None
    device: str = "auto"
    dynamic_batch: bool = False
    exporters: tuple[str, ...] = ()
    on_save: bool = False


@dataclass(frozen=True)
class Config:
    """A validated configuration. Codes may be prefixes: `TR1` stands for all codes that start so."""

    profile: str = "default"
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=FrozenMapping[Severity])
    allow_functional: frozenset[str] = frozenset()
    python: str | None = None
    models: tuple[ModelConfig, ...] = ()
    source: Path | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "severity", FrozenMapping(self.severity))

    def __getstate__(self) -> dict[str, object]:
        # What was computed on demand stays here: compiled patterns need not travel to another process.
        return {name: value for name, value in self.__dict__.items() if name in self.__dataclass_fields__}

    def enabled(self, code: str, on_in_profile: bool) -> bool:
        """Whether the rule with this full code runs.

        The longest matching prefix of `select` and `ignore` decides, `ignore` where they are equally long.
        A rule that is off in the profile runs only when `select` names its whole code.
        """
        selected = _longest_prefix(code, (ALL_CODES,) if self.select is None else self.select)
        if selected == 0 or selected <= _longest_prefix(code, self.ignore):
            return False
        return on_in_profile or selected == CODE_LENGTH

    def ignored_in_file(self, path: Path, root: Path) -> tuple[str, ...]:
        """The codes and prefixes that `per-file-ignores` switches off in this file."""
        if not self.per_file_ignores:
            return ()
        relative = _relative(path, root)
        matching = (codes for spec, codes in self._file_patterns if spec.match_file(relative))
        return tuple(dict.fromkeys(code for codes in matching for code in codes))

    def severity_of(self, code: str, default: Severity) -> Severity:
        longest = _longest_prefix(code, self.severity)
        return self.severity[code[:longest]] if longest else default

    def allows_functional(self, name: str) -> bool:
        """Whether `allow-functional` holds this full name (`torch.nn.functional.pad`) or a glob for it."""
        if name in self.allow_functional:
            return True
        return any(fnmatchcase(name, pattern) for pattern in self.allow_functional)

    @property
    def opset(self) -> int | None:
        """The oldest ONNX opset that a model asks for, None when none does.

        Nothing says which file belongs to which model; what the oldest opset has, the newer ones have too.
        """
        return min((model.opset for model in self.models if model.opset is not None), default=None)

    @property
    def interpreter(self) -> str | None:
        """`python` with `~` expanded and a relative path resolved against the configuration's folder.

        A bare command name (`python3.12`) stays as it is, to be found on the search path.
        """
        if self.python is None:
            return None
        path = Path(self.python).expanduser()
        if self.source is None or len(path.parts) == 1:
            return str(path)
        # Not resolve(): the interpreter of a virtual environment is a link, and its place is its meaning.
        return os.path.normpath(self.source.parent.absolute() / path)

    def with_overrides(
        self,
        *,
        select: Sequence[str] | None = None,
        ignore: Sequence[str] | None = None,
        profile: str | None = None,
        exclude: Sequence[str] | None = None,
        python: str | None = None,
    ) -> Config:
        """This configuration with what a command line says on top; None leaves a setting alone.

        A given `select` replaces the configured one and lifts what is ignored under the same name; a given
        `ignore` and `exclude` come on top, and `ignore` also beats longer prefixes that were configured.
        """
        given_ignore = tuple(ignore or ())
        kept_select = None if self.select is None else _without_prefixes(self.select, given_ignore)
        kept_ignore = tuple(code for code in self.ignore if code not in (select or ()))
        return replace(
            self,
            select=kept_select if select is None else tuple(select),
            ignore=_unique((*kept_ignore, *given_ignore)),
            profile=profile or self.profile,
            exclude=_unique((*self.exclude, *(exclude or ()))),
            python=python or self.python,
        )

    def fingerprint(self) -> str:
        """Equal for configurations that give equal findings, across runs and machines' hash seeds.

        Which files are looked at (`exclude`) and which models run is left out, but for their opset.
        """
        influential = {
            "profile": self.profile,
            "select": None if self.select is None else sorted(set(self.select)),
            "ignore": sorted(set(self.ignore)),
            "per-file-ignores": self.per_file_ignores,
            "severity": {code: severity.value for code, severity in self.severity.items()},
            "allow-functional": sorted(self.allow_functional),
            "python": self.interpreter,
            "opset": self.opset,
        }
        return hashlib.sha256(json.dumps(influential, sort_keys=True).encode()).hexdigest()

    @cached_property
    def _file_patterns(self) -> tuple[tuple[GitIgnoreSpec, tuple[str, ...]], ...]:
        # Imported here because most configurations have no patterns and starting must be quick.
        from pathspec import GitIgnoreSpec

        return tuple(
            # A lone negated pattern means all files but those.
            (GitIgnoreSpec.from_lines(["*", glob] if glob.startswith("!") else [glob]), codes)
            for glob, codes in self.per_file_ignores
        )


def _longest_prefix(code: str, prefixes: Iterable[str]) -> int:
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=0)


def _without_prefixes(codes: tuple[str, ...], prefixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code for code in codes if not code.startswith(prefixes)) if prefixes else codes


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))


def _relative(path: Path, root: Path) -> str:
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        return path.as_posix().lstrip("/")
