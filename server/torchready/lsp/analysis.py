"""When and where sources are analysed.

An edit of a document that was quick last time is analysed on the loop, at once; anything else on the one
worker thread. An engine is driven by one thread at a time: while the worker is inside a project's engine,
sources of that project wait, each at most once, and are then analysed in their newest state. A result for
a state that is no longer the newest is kept to build on but not shown.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from torchready.finding import Finding
from torchready.lsp.documents import Source
from torchready.lsp.projects import Project
from torchready.lsp.retention import Shown, shown_after
from torchready.lsp.worker import Worker
from torchready.text import Change

if TYPE_CHECKING:
    from torchready.engine import Engine, Report, Snapshot

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

# An analysis that took longer than this goes to the worker thread next time: it would keep the loop from
# answering. The worker costs a switch of threads, a few tenths of a millisecond, so small edits stay here.
QUICK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about one state of a source."""

    source: Source
    findings: tuple[Finding, ...]


@dataclass(eq=False, slots=True)
class Tracked:
    """An open source and how far its analysis has come. Changed by the loop only."""

    source: Source
    project: Project
    shown: Shown
    # What happened to the text since `shown`.
    changes: list[Change] = field(default_factory=list[Change])
    snapshot: Snapshot | None = None
    analysis: Analysis | None = None
    # How long the last analysis after an edit took; None before there was one.
    seconds: float | None = None
    failed: bool = False
    waiting: list[asyncio.Future[Analysis | None]] = field(
        default_factory=list["asyncio.Future[Analysis | None]"]
    )

    @property
    def current(self) -> Analysis | None:
        """The analysis of the newest state, if there is one already."""
        analysis = self.analysis
        return analysis if analysis is not None and analysis.source is self.source else None


@dataclass(frozen=True, slots=True)
class Job:
    """One analysis: everything it needs and nothing that changes meanwhile."""

    source: Source
    snapshot: Snapshot | None
    changes: tuple[Change, ...]

    def run(self, engine: Engine) -> tuple[Snapshot, Report, float]:
        started = time.perf_counter()
        if self.snapshot is None:
            snapshot = engine.open(self.source.path, self.source.text.content)
        else:
            snapshot = engine.edit(self.snapshot, self.changes) if self.changes else self.snapshot
        report = engine.report(snapshot)
        return snapshot, report, time.perf_counter() - started


class Analyser:
    """Runs analyses and tells `publish` about each that is of a source's newest state."""

    def __init__(
        self,
        worker: Worker,
        publish: Callable[[Tracked, Analysis], None],
        report_failure: Callable[[str, BaseException], None],
    ) -> None:
        self._worker = worker
        self._publish = publish
        self._report_failure = report_failure
        # Sources to analyse, the one edited last at the end.
        self._pending: dict[str, Tracked] = {}
        self._closed = False

    def open(self, source: Source, project: Project) -> Tracked:
        tracked = Tracked(source, project, Shown(source.text, ()))
        self._pending[source.uri] = tracked
        return tracked

    def edit(self, tracked: Tracked, source: Source, changes: Sequence[Change]) -> None:
        tracked.source = source
        tracked.changes += changes
        self._pending.pop(source.uri, None)
        self._pending[source.uri] = tracked

    def refresh(self, tracked: Tracked, project: Project | None = None) -> None:
        """Analyse the same text anew; in another project, from scratch."""
        if project is not None and project is not tracked.project:
            self._close_in_engine(tracked)
            tracked.project = project
            tracked.snapshot = None
            tracked.seconds = None
        tracked.analysis = None
        self._pending.setdefault(tracked.source.uri, tracked)
        # No message of the client may follow that would set off what is pending.
        asyncio.get_running_loop().call_soon(self.settle)

    def close(self, tracked: Tracked) -> None:
        if self._pending.get(tracked.source.uri) is tracked:
            del self._pending[tracked.source.uri]
        for waiter in tracked.waiting:
            if not waiter.done():
                waiter.set_result(None)
        tracked.waiting.clear()
        self._close_in_engine(tracked)

    def files_changed(self, project: Project, paths: Sequence[Path]) -> None:
        self._errand(project, lambda engine: engine.files_changed(paths))

    def run_ahead(self, task: Callable[[], None]) -> None:
        """Let the worker do something that is needed soon, before it is asked for it."""

        def done(result: Future[None]) -> None:
            if (error := result.exception()) is not None:
                self._report_failure("starting", error)

        self._worker.run(task, done)

    def stop(self) -> None:
        self._closed = True
        self._pending.clear()

    def settle(self) -> None:
        """Start what is pending, newest edits first. Call when no message waits to be handled."""
        for uri in reversed(list(self._pending)):
            tracked = self._pending[uri]
            if tracked.project.busy:
                continue
            del self._pending[uri]
            if self._analyse(tracked) and self._pending:
                # Messages may have come meanwhile; they go before the other documents.
                asyncio.get_running_loop().call_soon(self.settle)
                return

    async def current(self, tracked: Tracked) -> Analysis | None:
        """The analysis of the newest state, when it is there; None when the source was closed."""
        self.settle()
        if (analysis := tracked.current) is not None:
            return analysis
        waiter: asyncio.Future[Analysis | None] = asyncio.get_running_loop().create_future()
        tracked.waiting.append(waiter)
        return await waiter

    async def ask(self, project: Project, question: Callable[[Engine], Answer]) -> Answer:
        """Let the worker ask a project's engine something; waits for its turn."""
        answered: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

        def done(result: Future[Answer]) -> None:
            self._release(project)
            if not answered.cancelled():
                error = result.exception()
                if error is not None:
                    answered.set_exception(error)
                else:
                    answered.set_result(result.result())
            self.settle()

        while project.busy:
            await asyncio.sleep(0.005)
        project.busy = True
        self._worker.run(lambda: question(project.engine()), done)
        return await answered

    def _analyse(self, tracked: Tracked) -> bool:
        """Analyse here or start the worker; whether it was here."""
        job = Job(tracked.source, tracked.snapshot, tuple(tracked.changes))
        project = tracked.project
        quick = job.snapshot is not None and (tracked.seconds or 0.0) < QUICK_SECONDS
        if quick and not tracked.failed:
            self._run_here(tracked, job)
            return True
        project.busy = True

        def done(result: Future[tuple[Snapshot, Report, float]]) -> None:
            self._release(project)
            if project is tracked.project:
                self._finish(tracked, job, result)
            self.settle()

        self._worker.run(lambda: job.run(project.engine()), done)
        return False

    def _run_here(self, tracked: Tracked, job: Job) -> None:
        result: Future[tuple[Snapshot, Report, float]] = Future()
        try:
            result.set_result(job.run(tracked.project.engine()))
        except Exception as error:
            result.set_exception(error)
        self._finish(tracked, job, result)

    def _finish(self, tracked: Tracked, job: Job, result: Future[tuple[Snapshot, Report, float]]) -> None:
        if self._closed:
            return
        if (error := result.exception()) is not None:
            self._fail(tracked, job, error)
        else:
            snapshot, report, seconds = result.result()
            tracked.failed = False
            if job.snapshot is not None and job.changes:
                tracked.seconds = seconds
            tracked.snapshot = snapshot
            self._show(tracked, job, shown_after(tracked.shown, job.changes, job.source.text, report))

    def _fail(self, tracked: Tracked, job: Job, error: BaseException) -> None:
        """Nothing is known of this text; what was known of the one before stays where it still holds."""
        from torchready.engine import Report

        self._report_failure(f"analysing {job.source.path}", error)
        nothing = Report((), (), ((0, job.source.text.line_count),))
        tracked.failed = True
        tracked.snapshot = None
        self._show(tracked, job, shown_after(tracked.shown, job.changes, job.source.text, nothing))

    def _show(self, tracked: Tracked, job: Job, shown: Shown) -> None:
        tracked.shown = shown
        del tracked.changes[: len(job.changes)]
        if tracked.source is not job.source:
            return
        analysis = Analysis(job.source, shown.findings)
        tracked.analysis = analysis
        for waiter in tracked.waiting:
            if not waiter.done():
                waiter.set_result(analysis)
        tracked.waiting.clear()
        self._publish(tracked, analysis)

    def _close_in_engine(self, tracked: Tracked) -> None:
        path = tracked.source.path
        self._errand(tracked.project, lambda engine: engine.close(path))

    def _errand(self, project: Project, errand: Callable[[Engine], None]) -> None:
        try:
            project.run_errand(errand)
        except Exception as error:
            self._report_failure("telling the engine about files", error)

    def _release(self, project: Project) -> None:
        project.busy = False
        try:
            project.run_errands()
        except Exception as error:
            self._report_failure("telling the engine about files", error)
