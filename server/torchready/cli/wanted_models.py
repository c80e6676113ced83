"""Which models a `verify` is about: those that are named, or all that are configured."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from torchready.cli.options import VerifyOptions
from torchready.config import Config, ModelConfig, find_config, load_config
from torchready.config.entries import place_of_model
from torchready.probe.verification import Place, Request
from torchready.workspace.imports import package_root

REFERENCE = re.compile(r"(?P<place>.+):(?P<name>[^:/\\]+)")


@dataclass(frozen=True, slots=True)
class Project:
    """A configuration and the folder that its models' imports and files are resolved against."""

    root: Path
    config: Config


@dataclass(frozen=True, slots=True)
class Wanted:
    """One model to verify; `name` is what the user called it."""

    name: str
    project: Project
    request: Request


def wanted_models(options: VerifyOptions) -> list[Wanted]:
    """Raises `ConfigError`, and `UsageError` when there is nothing to verify."""
    if options.models:
        return [_named(name, options) for name in dict.fromkeys(options.models)]
    project = _project(Path.cwd(), options)
    if not project.config.models:
        raise click.UsageError(_nothing_to_verify(project.config.source))
    return [
        _wanted(model.target, model, project, options, number)
        for number, model in enumerate(project.config.models)
    ]


def _named(name: str, options: VerifyOptions) -> Wanted:
    match = REFERENCE.fullmatch(name)
    if match is None:
        raise click.UsageError(f"{name!r} names no model: write package.module:Class or path/file.py:Class.")
    if not match["place"].endswith(".py"):
        project = _project(Path.cwd(), options)
        return _known_or_new(name, name, project, options)
    path = Path(os.path.normpath(Path(match["place"]).expanduser().absolute()))
    if not path.is_file():
        raise click.UsageError(f"no such file: {match['place']} (in {name!r}).")
    project = _project(path.parent, options, path)
    return _known_or_new(name, f"{path}:{match['name']}", project, options)


def _known_or_new(name: str, target: str, project: Project, options: VerifyOptions) -> Wanted:
    """The configured model of this target, or one about which nothing is known but the target."""
    for number, model in enumerate(project.config.models):
        if _absolute(model.target, project.root) == target:
            return _wanted(name, replace(model, target=target), project, options, number)
    return _wanted(name, ModelConfig(target), project, options)


def _wanted(
    name: str, model: ModelConfig, project: Project, options: VerifyOptions, number: int | None = None
) -> Wanted:
    given = {
        "inputs": options.inputs,
        "checks": options.checks,
        "timeout": options.timeout,
        "opset": options.opset,
    }
    model = replace(model, **{key: value for key, value in given.items() if value is not None})
    source = project.config.source
    place = None
    if number is not None and source is not None:
        place = Place(str(source.absolute()), place_of_model(source, number))
    return Wanted(name, project, Request(model, project.root, place=place))


def _absolute(target: str, root: Path) -> str:
    place, _, name = target.rpartition(":")
    if not place.endswith(".py"):
        return target
    return f"{os.path.normpath(root / Path(place).expanduser())}:{name}"


def _project(folder: Path, options: VerifyOptions, file: Path | None = None) -> Project:
    source = None if options.isolated else options.config or find_config(folder)
    config = load_config(source) if source is not None else Config()
    if options.python is not None:
        # What is typed goes before what is configured.
        config = config.with_overrides(python=str(_typed_path(options.python)))
    return Project(_root(source, folder, file), config)


def _root(source: Path | None, folder: Path, file: Path | None) -> Path:
    if source is not None:
        return source.absolute().parent
    current = Path.cwd()
    if file is None or file.is_relative_to(current):
        return current
    return package_root(file)


def _typed_path(python: str) -> Path:
    path = Path(python).expanduser()
    return path if len(path.parts) == 1 else path.absolute()


def _nothing_to_verify(source: Path | None) -> str:
    where = f"an entry [[tool.torchready.model]] in {source or 'pyproject.toml'}"
    if source is not None and source.name != "pyproject.toml":
        where = f"an entry [[model]] in {source}"
    return f"no model is configured. Name one: torchready verify path/file.py:Net --input 1,3,224,224; or add {where}."


def groups(wanted: Sequence[Wanted]) -> dict[Project, list[Wanted]]:
    """The models by their project, in the order in which they were named."""
    by_project: dict[Project, list[Wanted]] = {}
    for each in wanted:
        by_project.setdefault(each.project, []).append(each)
    return by_project
