"""When and where sources are analysed.

An edit of a document that was quick last time is analysed on the loop, at once; anything else on the one
worker thread. An engine is driven by one thread at a time: while the worker is inside a project's engine,
sources of that project wait, each at most once, and are then analysed in their newest state. A result for
a state that is no longer the newest is kept to build on but not shown.

Edits get the engine's quick report, which leaves fixes out. What can wait does so for a pause in the typing:
the full report, and other documents that depend on an edited one. A request for quick fixes does not wait.
Before the first full report of a project a thread of its own reads the workspace: that takes seconds where it is
large, and edits go on meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from torchready.finding import Finding
from torchready.lsp.documents import Part, Source
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
# Without an edit for so long, somebody is reading and not typing.
PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known about one state of a source. Fixes are known when it is `complete`."""

    source: Source
    findings: tuple[Finding, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits for the analysis of a source's newest state."""

    answer: asyncio.Future[Analysis | None]
    complete: bool

    def tell(self, analysis: Analysis | None) -> bool:
        """Whether that was what it waited for."""
        if analysis is not None and self.complete and not analysis.complete:
            return False
        if not self.answer.done():
            self.answer.set_result(analysis)
        return True


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
    dependencies: frozenset[Path] = frozenset()
    # How long the last analysis after an edit took; None before there was one.
    seconds: float | None = None
    failed: bool = False
    waiting: list[Waiter] = field(default_factory=list[Waiter])

    @property
    def current(self) -> Analysis | None:
        """The analysis of the newest state, if there is one already."""
        analysis = self.analysis
        return analysis if analysis is not None and analysis.source is self.source else None

    def part_changed(self, part: Part) -> bool:
        """Whether the text moved on since somebody looked at this part of it."""
        return not any(each is part for each in self.source.parts)

    @property
    def wants_fixes(self) -> bool:
        """Whether somebody waits for the full report now."""
        return any(waiter.complete and not waiter.answer.done() for waiter in self.waiting)

    def tell_waiting(self, analysis: Analysis | None) -> None:
        self.waiting = [waiter for waiter in self.waiting if not waiter.tell(analysis)]


@dataclass(frozen=True, slots=True)
class Outcome:
    snapshot: Snapshot
    report: Report
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """One analysis: everything it needs and nothing that changes meanwhile."""

    source: Source
    snapshot: Snapshot | None
    changes: tuple[Change, ...]
    quick: bool

    def run(self, engine: Engine) -> Outcome:
        started = time.perf_counter()
        if self.snapshot is None:
            snapshot = engine.open(self.source.path, self.source.text)
        elif self.changes:
            snapshot = engine.edit(self.snapshot, self.changes, self.source.text)
        else:
            snapshot = self.snapshot
        report = engine.report(snapshot, quick=self.quick)
        return Outcome(snapshot, report, time.perf_counter() - started)


class Analyser:
    """Runs analyses and tells `publish` about each that is of a source's newest state."""

    def __init__(
        self,
        worker: Worker,
        publish: Callable[[Tracked, Analysis], None],
        report_failure: Callable[[str, BaseException], None],
    ) -> None:
        self._worker = worker
        self._reader: Worker | None = None
        self._publish = publish
        self._report_failure = report_failure
        self._open: dict[str, Tracked] = {}
        # Sources to analyse, the one edited last at the end.
        self._pending: dict[str, Tracked] = {}
        # Sources to complete in a pause.
        self._unhurried: dict[str, Tracked] = {}
        self._pause: asyncio.TimerHandle | None = None
        self._closed = False

    def open(self, source: Source, project: Project) -> Tracked:
        tracked = Tracked(source, project, Shown(source.text, ()))
        self._open[source.uri] = self._pending[source.uri] = tracked
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
        for known in (self._open, self._pending, self._unhurried):
            if known.get(tracked.source.uri) is tracked:
                del known[tracked.source.uri]
        tracked.tell_waiting(None)
        self._close_in_engine(tracked)

    def files_changed(self, project: Project, paths: Sequence[Path]) -> None:
        """Forget what was read from files on disk, and analyse anew what depends on them."""
        self._errand(project, lambda engine: engine.files_changed(paths))
        for tracked in self._open.values():
            if tracked.project is project and not tracked.dependencies.isdisjoint(paths):
                self.refresh(tracked)

    def run_ahead(self, task: Callable[[], None]) -> None:
        """Let the worker do something that is needed soon, before it is asked for it."""

        def done(result: Future[None]) -> None:
            if (error := result.exception()) is not None:
                self._report_failure("starting", error)

        self._worker.run(task, done)

    def stop(self) -> None:
        self._closed = True
        self._pending.clear()
        self._unhurried.clear()

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
        for tracked in list(self._unhurried.values()):
            if tracked.wants_fixes:
                self._complete(tracked)

    async def current(self, tracked: Tracked, *, complete: bool = False) -> Analysis | None:
        """The analysis of the newest state, when it is there; None when the source was closed."""
        waiter = Waiter(asyncio.get_running_loop().create_future(), complete)
        self.settle()
        if tracked.current is None or not waiter.tell(tracked.current):
            tracked.waiting.append(waiter)
            self.settle()
        return await waiter.answer

    async def soon(self, tracked: Tracked, seconds: float) -> Analysis | None:
        """The complete analysis if it is there within some time, else what there is of the newest state."""
        try:
            return await asyncio.wait_for(self.current(tracked, complete=True), seconds)
        except asyncio.TimeoutError:
            return tracked.current

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
        job = Job(tracked.source, tracked.snapshot, tuple(tracked.changes), quick=True)
        if job.snapshot is None or tracked.failed or (tracked.seconds or 0.0) > QUICK_SECONDS:
            self._run_on_worker(tracked, job)
            return False
        result: Future[Outcome] = Future()
        try:
            result.set_result(job.run(tracked.project.engine()))
        except Exception as error:
            result.set_exception(error)
        self._finish(tracked, job, result)
        return True

    def _complete(self, tracked: Tracked) -> None:
        """Start the full report of a source whose quick one is shown, if its engine is free."""
        uri = tracked.source.uri
        if tracked.project.busy or uri in self._pending or tracked.snapshot is None:
            return
        if not tracked.project.prepared:
            self._prepare(tracked.project)
            return
        self._unhurried.pop(uri, None)
        self._run_on_worker(tracked, Job(tracked.source, tracked.snapshot, (), quick=False))

    def _prepare(self, project: Project) -> None:
        if project.prepared is None:
            return
        project.prepared = None

        def done(result: Future[None]) -> None:
            project.prepared = True
            if (error := result.exception()) is not None:
                self._report_failure("reading the workspace", error)
            # Who types waits for a pause, which comes by itself.
            if self._pause is None:
                self._use_pause()
            self.settle()

        if self._reader is None:
            self._reader = self._worker.another()
        self._reader.run(project.engine().prepare, done)

    def _run_on_worker(self, tracked: Tracked, job: Job) -> None:
        project = tracked.project
        project.busy = True

        def done(result: Future[Outcome]) -> None:
            self._release(project)
            if project is tracked.project:
                self._finish(tracked, job, result)
            self.settle()

        self._worker.run(lambda: job.run(project.engine()), done)

    def _finish(self, tracked: Tracked, job: Job, result: Future[Outcome]) -> None:
        if self._closed or self._open.get(tracked.source.uri) is not tracked:
            return
        if (error := result.exception()) is not None:
            self._fail(tracked, job, error)
            return
        outcome = result.result()
        report = outcome.report
        tracked.failed = False
        if job.quick and job.snapshot is not None:
            tracked.seconds = outcome.seconds
        tracked.snapshot = outcome.snapshot
        tracked.dependencies = frozenset(report.dependencies)
        self._show(tracked, job, shown_after(tracked.shown, job.changes, job.source.text, report))
        if job.quick:
            self._unhurried[tracked.source.uri] = tracked
        if job.changes:
            self._unhurried.update(self._dependents(tracked))
        self._begin_pause()

    def _dependents(self, tracked: Tracked) -> dict[str, Tracked]:
        path = tracked.source.path
        return {uri: other for uri, other in self._open.items() if path in other.dependencies}

    def _begin_pause(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        if self._unhurried:
            self._pause = asyncio.get_running_loop().call_later(PAUSE_SECONDS, self._use_pause)

    def _use_pause(self) -> None:
        self._pause = None
        for tracked in list(self._unhurried.values()):
            self._complete(tracked)
        if self._unhurried:
            self._begin_pause()

    def _fail(self, tracked: Tracked, job: Job, error: BaseException) -> None:
        """Nothing is known of this text; what was known of the one before stays where it still holds."""
        from torchready.engine import Report

        self._report_failure(f"analysing {job.source.path}", error)
        nothing = Report((), (), ((0, job.source.text.line_count),))
        tracked.failed = True
        tracked.snapshot = None
        shown = shown_after(tracked.shown, job.changes, job.source.text, nothing)
        self._show(tracked, replace(job, quick=False), shown)

    def _show(self, tracked: Tracked, job: Job, shown: Shown) -> None:
        tracked.shown = shown
        del tracked.changes[: len(job.changes)]
        if tracked.source is not job.source:
            return
        tracked.analysis = Analysis(job.source, shown.findings, complete=not job.quick)
        tracked.tell_waiting(tracked.analysis)
        self._publish(tracked, tracked.analysis)

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
