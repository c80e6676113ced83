"""One run of one model, from its request to its end, told to everybody who looks."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.finding import Finding
from torchready.lsp.disk import text_on_disk
from torchready.lsp.editor import Editor
from torchready.lsp.following import Followed
from torchready.lsp.models import Model
from torchready.lsp.progress import Progress
from torchready.lsp.run import Known, Run, all_findings
from torchready.lsp.session import Session
from torchready.text import Text

if TYPE_CHECKING:
    from torchready.probe.verification import Place, Request, Verification
    from torchready.probe.verification import Progress as Event


@dataclass(frozen=True, slots=True)
class Asked:
    """How a model is to be verified. With `unsaved`, texts in the editor stand in for their files."""

    checks: tuple[str, ...] | None = None
    unsaved: bool = False

    def covers(self, other: Asked) -> bool:
        """Whether the other one need not run as well, if the texts are the same."""
        return self.checks in (None, other.checks) and (self.unsaved or not other.unsaved)


class Attempt:
    """Writes what a run tells into the session's runs. Falls silent when a newer one of the model has begun."""

    def __init__(self, session: Session, editor: Editor, model: Model, progress: Progress) -> None:
        self._session = session
        self._editor = editor
        self._model = model
        self._progress = progress

    def begin(self, asked: Asked) -> Request:
        """Note the texts that the run is about, and what to ask of the probe."""
        from torchready.probe.verification import Request, Verification

        config = self._model.config
        if asked.checks is not None:
            config = replace(config, checks=asked.checks)
        began = time.time()
        texts: dict[Path, Followed] = {}
        overlays: dict[Path, str] = {}
        for path, now in self._open_texts():
            on_disk = text_on_disk(path)
            if asked.unsaved and (on_disk is None or on_disk.content != now.content):
                overlays[path] = now.content
                texts[path] = Followed.start(now)
            elif on_disk is not None:
                texts[path] = Followed.start(on_disk, now)
        run = Run(self._model, Verification(config.target, (), ()), texts, attempt=self, began=began)
        known = self._session.runs.of(self._model.key)
        self._put(Known(known.ended, run))
        return Request(config, self._model.root, overlays, place=self._entry())

    def _entry(self) -> Place | None:
        """Where the model is configured, for what has no place in the code."""
        from torchready.config.entries import place_of_model
        from torchready.probe.verification import Place

        source = self._model.project.config.source
        return None if source is None else Place(str(source), place_of_model(source, self._model.index))

    def hear(self, event: Event) -> None:
        """One event of the probe."""
        from torchready.probe.verification import CheckStarted, Observed

        run = self._current()
        if run is None:
            return
        if isinstance(event, CheckStarted):
            self.say(event.check)
            self._put(Known(self._ended(), replace(run, check=event.check)))
            return
        so_far = run.verification
        if isinstance(event, Observed):
            so_far = replace(so_far, observation=event.observation)
        else:
            so_far = replace(so_far, checks=(*so_far.checks, event.outcome))
        self._put(Known(self._ended(), self._with_verification(run, so_far)))

    def say(self, check: str) -> None:
        self._progress.report(check)
        message = f"{self._model.name}: {check}"
        self._editor.status("verifying", message, self._model.config.target, check)

    def finish(self, verification: Verification) -> None:
        run = self._current()
        if run is None:
            return
        done = self._with_verification(run, verification)
        self._put(Known(replace(done, check=None, ended=time.time())))
        self._editor.keep_ages_true()

    def drop(self) -> None:
        """It came to nothing: what was known before stands."""
        if self._current() is not None:
            self._put(Known(self._ended()))

    def _current(self) -> Run | None:
        current = self._session.runs.of(self._model.key).current
        return current if current is not None and current.attempt is self else None

    def _ended(self) -> Run | None:
        return self._session.runs.of(self._model.key).ended

    def _put(self, known: Known) -> None:
        self._session.put_run(self._model.key, known)
        self._editor.refresh_code_lenses()
        self._editor.refresh_inlay_hints()

    def _with_verification(self, run: Run, verification: Verification) -> Run:
        texts = dict(run.texts)
        for path in set(_files(verification)) - texts.keys():
            before = text_on_disk(path)
            if before is not None:
                texts[path] = Followed.start(before, self._session.open_text(path))
        # Imported here because a session that verifies nothing must not pay for it.
        from torchready.probe.selection import selected

        def text_of(path: Path) -> str | None:
            return texts[path].before.content if path in texts else None

        config, root = self._model.project.config, self._model.root
        complete = replace(verification, findings=all_findings(verification))
        return replace(run, verification=selected(complete, config, root, text_of), texts=texts)

    def _open_texts(self) -> Iterator[tuple[Path, Text]]:
        """The texts in the editor that the run may read: those below the model's root."""
        for tracked in self._session.open_documents():
            source = tracked.source
            if not source.is_notebook and source.path.is_relative_to(self._model.root):
                yield source.path, source.text


def _files(verification: Verification) -> Iterator[Path]:
    """The files whose lines a verification speaks of."""
    yield from verification.files
    seen = verification.observation
    if seen is not None:
        yield from (Path(filename) for filename in seen.executed)
        yield from (Path(tensor.place.filename) for tensor in seen.tensors)
    if verification.class_place is not None:
        yield Path(verification.class_place.filename)
    yield from _files_of(all_findings(verification))


def _files_of(findings: Iterable[Finding]) -> Iterator[Path]:
    for finding in findings:
        yield Path(finding.filename)
        yield from (Path(place.filename) for place in finding.related)
