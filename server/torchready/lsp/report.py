"""`torchready/report`: a model's last run as the data of its picture, the same as `verify --report` writes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.finding import Finding
from torchready.lsp.json_values import table
from torchready.lsp.models import Model, configured_models, with_target
from torchready.lsp.protocol import Json
from torchready.lsp.run import Known
from torchready.lsp.session import Session

if TYPE_CHECKING:
    from torchready.engine import Engine
    from torchready.probe.verification import Place, Verification

NOTHING = Json("null")


async def report(session: Session, params: object) -> Json:
    """The report of a model, at the places where its lines are now; null before its first run."""
    models = with_target(configured_models(session), str(table(params).get("model")))
    verified = [model for model in models if session.runs.of(model.key).verification is not None]
    return await _report(session, verified[0]) if verified else NOTHING


async def _report(session: Session, model: Model) -> Json:
    # Imported here because only the picture needs it.
    from torchready.output.report import report_object
    from torchready.output.verification import VerifiedModel
    from torchready.probe.merging import about_the_model, merge

    known = session.runs.of(model.key)
    verification = known.verification
    if verification is None:
        return NOTHING
    verification = _with_places_now(verification, known)
    static = await _static_findings(session, model, verification.files)
    findings = merge(about_the_model(static, verification), verification)
    return Json(json.dumps(report_object(VerifiedModel(model.config.target, verification, findings))))


def _with_places_now(verification: Verification, known: Known) -> Verification:
    """With the places of the modules moved along, which only a report shows."""
    seen = verification.observation
    run = known.last_observed
    if seen is None or run is None:
        return verification

    def there(place: Place | None) -> Place | None:
        followed = None if place is None else run.texts.get(Path(place.filename))
        span = None if place is None or followed is None else followed.same_range(place.range)
        if place is None or followed is None:
            return place
        return None if span is None else replace(place, range=span)

    modules = tuple(
        replace(
            module,
            defined=there(module.defined),
            registered=there(module.registered),
            calls=tuple(replace(call, place=there(call.place)) for call in module.calls),
        )
        for module in seen.modules
    )
    return replace(
        verification,
        class_place=there(verification.class_place),
        observation=replace(seen, modules=modules),
    )


async def _static_findings(session: Session, model: Model, files: Iterable[Path]) -> list[Finding]:
    """What the texts say: of open files as the editor has them, of others as the last run had them."""
    found: list[Finding] = []
    closed: list[tuple[Path, str]] = []
    for path in files:
        tracked = session.open_file(path)
        text = session.runs.text_of(path)
        if tracked is not None:
            analysis = await session.analyser.current(tracked)
            found += analysis.findings if analysis is not None else ()
        elif text is not None:
            closed.append((path, text.content))
    if closed:
        found += await session.analyser.ask(model.project, lambda engine: _checked(engine, closed))
    return found


def _checked(engine: Engine, texts: Iterable[tuple[Path, str]]) -> list[Finding]:
    found: list[Finding] = []
    for path, text in texts:
        found += engine.check(path, text).findings
        engine.close(path)
    return found
