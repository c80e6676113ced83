"""`torchready config`: what is in force for a path, and where each value comes from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import click

from torchready.config import Config, InputConfig, ModelConfig, PlainInput, find_config, load_config
from torchready.config.load import places_in

DEFAULT = "default"


@click.command("config")
@click.argument("path", type=click.Path(path_type=Path, exists=True), default=".")
@click.option("--config", "file", type=click.Path(path_type=Path, dir_okay=False), help="Show this file's.")
@click.option("--isolated", is_flag=True, help="Show what holds without a configuration file.")
def command(path: Path, file: Path | None, isolated: bool) -> int:
    """Show the configuration in force for PATH, as TOML, and where each value comes from."""
    folder = (path if path.is_dir() else path.parent).absolute()
    source = None if isolated else file or find_config(folder)
    config = load_config(source) if source else Config()
    sys.stdout.write("\n".join(_lines(config, source)) + "\n")
    return 0


def _lines(config: Config, source: Path | None) -> Iterator[str]:
    yield f"# Configuration file: {source or 'none found, all values are defaults'}"
    origins = _Origins(source)
    yield "[tool.torchready]"
    values = _values(config)
    for key, value in values.items():
        yield f"{key} = {toml_value(value)}  # {origins.of(key)}"
    for number, model in enumerate(config.models):
        yield f"\n[[tool.torchready.model]]  # {origins.of('model', number)}"
        yield from (f"{key} = {toml_value(value)}" for key, value in _model_values(model).items())


def _values(config: Config) -> dict[str, Any]:
    return {
        "profile": config.profile,
        "select": ["TR"] if config.select is None else list(config.select),
        "ignore": list(config.ignore),
        "exclude": list(config.exclude),
        "per-file-ignores": {pattern: list(codes) for pattern, codes in config.per_file_ignores},
        "severity": {code: severity.value for code, severity in config.severity.items()},
        "allow-functional": sorted(config.allow_functional),
    } | ({} if config.python is None else {"python": config.python})


def _model_values(model: ModelConfig) -> dict[str, Any]:
    values = {field.name.replace("_", "-"): getattr(model, field.name) for field in fields(model)}
    if model.memory is not None:
        values["memory"] = f"{model.memory / 1024**2:g} MB"
    return _given_only(values)


def _given_only(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


class _Origins:
    """Says `file:line` for a key that stands in the configuration file, `default` for all others."""

    def __init__(self, source: Path | None) -> None:
        self._source = source
        is_shared = source is not None and source.name == "pyproject.toml"
        self._prefix = ("tool", "torchready") if is_shared else ()
        text = source.read_text("utf-8-sig") if source else ""
        self._places = places_in(text)

    def of(self, *path: str | int) -> str:
        whole = (*self._prefix, *path)
        own, above = self._places.of_key(whole), self._places.of_key(whole[:-1])
        if self._source is None or own == above:
            return DEFAULT
        return f"{self._source.name}:{own.start.line + 1}"


def toml_value(value: object) -> str:
    """A value as TOML writes it on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, InputConfig):
        return toml_value(_given_only({field.name: getattr(value, field.name) for field in fields(value)}))
    if isinstance(value, PlainInput):
        return toml_value({"value": value.value})
    if isinstance(value, Mapping):
        items = cast("Mapping[str, object]", value).items()
        pairs = ", ".join(f"{_key(key)} = {toml_value(item)}" for key, item in items)
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml_value, cast('list[object]', value)))}]"
    return _string(str(value))


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else _string(key)


def _string(text: str) -> str:
    # JSON's strings are TOML's but for DEL, and for the halves that it would cut large characters into.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
