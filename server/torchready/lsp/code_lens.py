"""`textDocument/codeLens`: above each configured class what became of its last run, and a click that runs it again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from torchready.finding import Range
from torchready.lsp.command_names import SHOW_DETAIL_COMMAND, VERIFY_COMMAND
from torchready.lsp.models import Model, configured_models
from torchready.lsp.report_links import report_uri
from torchready.lsp.run import Known
from torchready.lsp.selection import defined_in, definitions
from torchready.lsp.session import Session
from torchready.lsp.telling import ago, summary

CHANGED = "the code changed since"


async def code_lenses(session: Session, params: types.CodeLensParams) -> list[types.CodeLens]:
    found = session.find(params.text_document.uri)
    if found is None:
        return []
    tracked, part = found
    settings = session.settings_of(tracked.source.path)
    models = await defined_in(session, configured_models(session), tracked.source.path)
    if not models or not settings.enable or not settings.code_lens:
        return []
    places = {each.name: each.range for each in await definitions(session, tracked)}
    if tracked.part_changed(part):
        return []
    converter = part.converter(session.client.encoding)
    lenses: list[types.CodeLens] = []
    for model, name in models:
        known = session.runs.of(model.key)
        place = places.get(name) or _seen_place(known, tracked.source.path)
        if place is not None:
            span = converter.range_to_client(place)
            lenses += (types.CodeLens(span, command) for command in _commands(model, known))
    return lenses


def _seen_place(known: Known, path: Path) -> Range | None:
    """Where a run saw the class, moved along: it may stand in a function, or be made by one."""
    for run in known.runs:
        place = run.verification.class_place
        if place is not None and Path(place.filename) == path and path in run.texts:
            return run.texts[path].same_range(place.range)
    return None


def _commands(model: Model, known: Known) -> Iterator[types.Command]:
    target = model.config.target
    yield types.Command(title_of(known), VERIFY_COMMAND, arguments=[{"model": target}])
    run = known.ended
    if run is not None and known.current is None and not run.verification.passed:
        report = {"uri": report_uri(model.key)}
        yield types.Command("show the full report", SHOW_DETAIL_COMMAND, arguments=[report])


def title_of(known: Known) -> str:
    """`trace passed, onnx failed: aten::foo at line 42, 1.3 s ago`."""
    if known.current is not None:
        checked = [f"{check.name} {check.status.value}" for check in known.current.verification.checks]
        return ", ".join([*checked, f"verifying: {known.current.check or 'starting'} …"])
    run = known.ended
    if run is None:
        return "verify"
    told = f"{summary(run.moved)}, {ago(time.time() - (run.ended or 0.0))}"
    return f"{told} ({CHANGED})" if run.is_outdated else told
