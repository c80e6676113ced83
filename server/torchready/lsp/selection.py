"""Which models somebody means: one by its name, those of a file, the one under the cursor, or all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from lsprotocol import types

from torchready.lsp.analysis import Tracked
from torchready.lsp.json_values import table
from torchready.lsp.models import Model, configured_models, with_target
from torchready.lsp.session import Session

if TYPE_CHECKING:
    from torchready.facts.definitions import Definition


@dataclass(frozen=True, slots=True)
class Wanted:
    """The models that are meant. `wish` says in words what was asked for; `class_name` the class at the cursor."""

    models: tuple[Model, ...]
    wish: str
    uri: str | None = None
    class_name: str | None = None


async def wanted(session: Session, argument: object) -> Wanted:
    """What `torchready.verify` was asked for."""
    asked = table(argument)
    models = configured_models(session)
    target, uri = asked.get("model"), asked.get("uri")
    if isinstance(target, str):
        return Wanted(tuple(with_target(models, target)), target)
    if not isinstance(uri, str):
        return Wanted(models, "the workspace")
    path = session.place_of(uri)
    position = table(asked.get("position"))
    if position:
        at_cursor = await _at(session, uri, position)
        if at_cursor is not None:
            found = [
                model for model, name in await defined_in(session, models, path) if name == at_cursor.name
            ]
            return Wanted(tuple(found), at_cursor.name, uri, at_cursor.name)
    found = [model for model, _ in await defined_in(session, models, path)] or [
        model for model in models if path in files_of_last_run(session, model)
    ]
    return Wanted(tuple(found), path.name, uri)


async def defined_in(session: Session, models: Iterable[Model], path: Path) -> list[tuple[Model, str]]:
    """The models whose class or factory stands in a file, and its name there: others may pass it on under their own."""
    found: list[tuple[Model, str]] = []
    for model in models:
        if path in (model.file, _class_file(session, model)):
            found.append((model, model.name))
        elif model.file is not None and path.is_relative_to(model.root):
            written = await _definition(session, model, model.file)
            if written is not None and written[0] == path:
                found.append((model, written[1]))
    return found


async def _definition(session: Session, model: Model, file: Path) -> tuple[Path, str] | None:
    return await session.analyser.ask(model.project, lambda engine: engine.definition_of(file, model.name))


def files_of_last_run(session: Session, model: Model) -> frozenset[Path]:
    """The files that were imported when the model ran last."""
    return frozenset(
        path for run in session.runs.of(model.key).runs for path in (*run.verification.files, *run.texts)
    )


async def definitions(session: Session, tracked: Tracked) -> tuple[Definition, ...]:
    """The classes and functions of an open file, of its newest state."""
    analysis = await session.analyser.current(tracked)
    if analysis is None or tracked.source is not analysis.source or tracked.snapshot is None:
        return ()
    return tracked.snapshot.definitions


async def _at(session: Session, uri: str, position: dict[str, object]) -> Definition | None:
    found = session.find(uri)
    if found is None or found[0].source.path.suffix != ".py":
        return None
    tracked, part = found
    line, character = position.get("line"), position.get("character")
    if not isinstance(line, int) or not isinstance(character, int):
        return None
    place = part.converter(session.client.encoding).from_client(types.Position(line, character))
    for each in await definitions(session, tracked):
        if each.range.start.line <= place.line < each.end_line:
            return each
    return None


def checks_of(argument: object) -> tuple[str, ...] | None:
    checks = table(argument).get("checks")
    if not isinstance(checks, list):
        return None
    return tuple(str(check) for check in cast("list[object]", checks))


def _class_file(session: Session, model: Model) -> Path | None:
    for run in session.runs.of(model.key).runs:
        if run.verification.class_place is not None:
            return Path(run.verification.class_place.filename)
    return None
