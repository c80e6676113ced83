"""Writing one more model into a configuration file, which stays as it is to the byte otherwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from torchready.config.load import SHARED_FILE, SHARED_TABLE
from torchready.text import Text


@dataclass(frozen=True, slots=True)
class NewInput:
    """A dummy tensor, with a comment behind it. `high` is the number that its numbers stay below."""

    shape: tuple[int, ...]
    dtype: str
    comment: str
    high: int | None = None


@dataclass(frozen=True, slots=True)
class NewModel:
    """An entry to write. `remarks` become comments above what they are about."""

    target: str
    kwargs: Mapping[str, object] = field(default_factory=dict[str, object])
    inputs: Sequence[NewInput] = ()
    remarks: Sequence[str] = ()


class CannotAddError(Exception):
    """The file cannot take another entry at its end; the message says why."""


def appended(text: str, name: str, model: NewModel) -> str:
    """What to write behind the text of a configuration file of this name. Raises `CannotAddError`."""
    before = _models(text, name)
    newline = Text(text).newline()
    lines = list(_lines(model, name))
    separator = ["", ""] if text and not text.endswith(("\n", "\r")) else [""] if text.strip() else []
    added = newline.join([*separator, *lines, ""])
    if len(_models(text + added, name)) != len(before) + 1:
        raise CannotAddError(f"{name} lists its models in another way: add the entry by hand")
    return added


def _lines(model: NewModel, name: str) -> Iterator[str]:
    prefix = "".join(f"{part}." for part in SHARED_TABLE) if name == SHARED_FILE else ""
    yield f"[[{prefix}model]]"
    yield f"target = {json.dumps(model.target, ensure_ascii=False)}"
    yield from (f"# {remark}" for remark in model.remarks)
    if model.kwargs:
        given = ", ".join(f"{key} = {json.dumps(value)}" for key, value in model.kwargs.items())
        yield f"kwargs = {{ {given} }}"
    if model.inputs:
        yield "inputs = ["
        for each in model.inputs:
            shape = ", ".join(map(str, each.shape))
            limits = "" if each.high is None else f", low = 0, high = {each.high}"
            yield f'    {{ shape = [{shape}], dtype = "{each.dtype}"{limits} }},  # {each.comment}'
        yield "]"
    yield "on-save = true"


def _models(text: str, name: str) -> list[Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotAddError(f"{name} is not valid TOML: {error}") from None
    for part in (*(SHARED_TABLE if name == SHARED_FILE else ()), "model"):
        found = cast("dict[str, Any]", found).get(part) if isinstance(found, dict) else None
    return cast("list[Any]", found) if isinstance(found, list) else []
