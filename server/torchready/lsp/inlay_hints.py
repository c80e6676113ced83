"""`textDocument/inlayHint`: shape and dtype of assigned tensors, as of the last run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from torchready.finding import Position, Range
from torchready.lsp.run import Known, Run
from torchready.lsp.session import Session
from torchready.text import Text

# One line may run many times, on tensors of many shapes.
MOST_SHAPES = 2
OUTDATED_MARK = "was "


async def inlay_hints(session: Session, params: types.InlayHintParams) -> list[types.InlayHint]:
    found = session.find(params.text_document.uri)
    if found is None:
        return []
    tracked, part = found
    source = tracked.source
    settings = session.settings_of(source.path)
    if source.is_notebook or not settings.enable or not settings.inlay_hints:
        return []
    converter = part.converter(session.client.encoding)
    asked = converter.range_from_client(params.range)
    hints: dict[Position, types.InlayHint] = {}
    for known in session.runs.all().values():
        for name, shapes, run, outdated in _seen(known, source.path):
            place = name.end
            if asked.start.line <= place.line <= asked.end.line and place not in hints:
                at = converter.to_client(place)
                sign = " " if _is_annotated(name, source.text) else ": "
                hints[place] = _hint(at, sign, shapes, run, outdated=outdated)
    return [hints[place] for place in sorted(hints)]


def _seen(known: Known, path: Path) -> Iterator[tuple[Range, list[str], Run, bool]]:
    """Where names are now, the shapes their tensors had, and whether code above changed since."""
    run = known.last_observed
    followed = None if run is None else run.texts.get(path)
    if run is None or followed is None:
        return
    for place, shapes in _shapes(run, path).items():
        # Only at a line that says what it said: anywhere else a shape would stand behind the wrong name.
        there = followed.same_range(place)
        if there is not None:
            changed = followed.first_difference
            yield there, shapes, run, changed is not None and changed <= there.end.line


def _shapes(run: Run, path: Path) -> dict[Range, list[str]]:
    shapes: dict[Range, list[str]] = {}
    observation = run.verification.observation
    for tensor in observation.tensors if observation else ():
        if Path(tensor.place.filename) == path:
            seen = shapes.setdefault(tensor.place.range, [])
            if tensor.description not in seen:
                seen.append(tensor.description)
    return shapes


def _is_annotated(name: Range, text: Text) -> bool:
    """Whether a type stands there: in a parameter's own range (`x: Tensor`), or behind a name (`x: T = ...`)."""
    behind = text.line(name.end.line)[name.end.column :].lstrip()
    return ":" in text.slice(name) or (behind.startswith(":") and not behind.startswith(":="))


def _hint(at: types.Position, sign: str, shapes: list[str], run: Run, *, outdated: bool) -> types.InlayHint:
    shown = " | ".join(shapes[:MOST_SHAPES]) + (" | …" if len(shapes) > MOST_SHAPES else "")
    tooltip = f"As seen in the last run of {run.model.config.target} on its dummy input."
    if len(shapes) > MOST_SHAPES:
        tooltip += " All shapes: " + ", ".join(shapes)
    if outdated:
        tooltip += " The code above changed since; verify again to bring it up to date."
    label = f"{sign}{OUTDATED_MARK if outdated else ''}{shown}"
    return types.InlayHint(at, label, types.InlayHintKind.Type, tooltip=tooltip)
