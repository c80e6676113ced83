"""The state of one client's session. Only the event loop changes it.

Architecture invariant: what leaves the session (sources, analyses, findings) is immutable, so whoever holds
one may use it after the session has moved on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from torchready.finding import Finding
from torchready.lsp.analysis import Analyser, Analysis, Tracked
from torchready.lsp.client import Client
from torchready.lsp.closed_files import ClosedFiles, Speaker
from torchready.lsp.diagnostics import DiagnosticWriter, publication
from torchready.lsp.disk import text_on_disk
from torchready.lsp.documents import Document, Part, Source
from torchready.lsp.failures import Failures
from torchready.lsp.notebooks import Notebook
from torchready.lsp.projects import EngineFactory, Project, Projects, Settings, configuration_stamp
from torchready.lsp.protocol import Protocol
from torchready.lsp.report_links import with_report
from torchready.lsp.runs import Runs
from torchready.lsp.uris import document_path, file_path, same_document
from torchready.lsp.worker import Worker
from torchready.text import Change, Text

if TYPE_CHECKING:
    from torchready.lsp.models import Key
    from torchready.lsp.run import Known


class Session:
    """Everything that is open, and what is known about it."""

    def __init__(self, protocol: Protocol, failures: Failures, make_engine: EngineFactory) -> None:
        self.client = Client()
        self.failures = failures
        self.projects = Projects(make_engine)
        self.analyser = Analyser(Worker(asyncio.get_running_loop()), self._publish, failures.report)
        self.runs = Runs()
        self.notebooks: dict[str, Notebook] = {}
        # Settings of each workspace folder; under None those of everything else.
        self.settings: dict[Path | None, Settings] = {None: Settings()}
        # What the client was last told of each document.
        self._sent: dict[str, tuple[Document, str]] = {}
        self.changed_after_pull: Callable[[], None] = lambda: None
        self._protocol = protocol
        self._folders: tuple[Path, ...] = ()
        self._folder_of: dict[Path, Path | None] = {}
        self._folder_projects: dict[Path, tuple[object, Project]] = {}
        self._tracked: dict[str, Tracked] = {}
        self._source_of_cell: dict[str, str] = {}
        self._writer = DiagnosticWriter(self.client, self._other_document)
        self._closed_files = ClosedFiles(self.publish)

    def start(self, client: Client, folders: Sequence[Path]) -> None:
        self.client = client
        self._writer = DiagnosticWriter(client, self._other_document)
        self.set_folders(folders)

    # Folders and projects

    @property
    def folders(self) -> tuple[Path, ...]:
        return self._folders

    def set_folders(self, folders: Iterable[Path]) -> None:
        # Longest first, so that a folder inside another one is found before it.
        self._folder_projects.clear()
        self._folder_of.clear()
        self._folders = tuple(sorted(folders, key=lambda path: len(path.parts), reverse=True))

    def folder_of(self, path: Path) -> Path | None:
        if path not in self._folder_of:
            self._folder_of[path] = next((one for one in self._folders if path.is_relative_to(one)), None)
        return self._folder_of[path]

    def settings_of(self, path: Path) -> Settings:
        return self.settings.get(self.folder_of(path), self.settings[None])

    def project_of(self, path: Path) -> Project:
        return self.projects.project_of(path, self.folder_of(path), self.settings_of(path))

    def folder_projects(self) -> list[Project]:
        """The projects of the workspace folders themselves, whether or not a document of theirs is open.

        Looking for a configuration reads files; here it is looked for again when one came, went or changed.
        """
        found: list[Project] = []
        for folder in self._folders:
            stamp = configuration_stamp(folder)
            known = self._folder_projects.get(folder)
            if known is None or known[0] != stamp:
                known = self._folder_projects[folder] = (stamp, self.project_of(folder / "pyproject.toml"))
            found.append(known[1])
        return found

    def has_models(self) -> bool:
        """Whether any configuration names a model."""
        projects = (*self.projects.all(), *self.folder_projects())
        return any(project.config.models for project in projects)

    def place_of(self, uri: str) -> Path:
        """The path under which a document is analysed, also for one that is not on disk."""
        return document_path(uri, self._folders[-1] if self._folders else Path.cwd())

    def reload_projects(self) -> None:
        """Read configurations anew and analyse everything that is open with them."""
        self.projects.forget()
        self._folder_projects.clear()
        for tracked in self._tracked.values():
            self.analyser.refresh(tracked, self.project_of(tracked.source.path))

    # Documents

    def open(self, document: Document) -> None:
        self.open_source(Source.of(document, self.place_of(document.uri)))

    def open_source(self, source: Source) -> None:
        self._forget(source.uri)
        self._remember_cells(source)
        self.runs.text_is(source.path, source.text)
        self._closed_files.opened(source)
        key = same_document(source.uri)
        self._tracked[key] = self.analyser.open(source, self.project_of(source.path))

    def edit(self, tracked: Tracked, source: Source, changes: Sequence[Change]) -> None:
        if source.is_notebook:
            self._remember_cells(source)
        else:
            self.runs.edited(source.path, changes)
        self.analyser.edit(tracked, source, changes)

    def close(self, uri: str) -> None:
        forgotten = self._forget(uri)
        for part in forgotten.parts if forgotten else ():
            self.clear(part.document.uri)
        if forgotten is not None:
            self.changed_on_disk([forgotten.path])

    def _forget(self, uri: str) -> Source | None:
        tracked = self._tracked.pop(same_document(uri), None)
        if tracked is None:
            return None
        self.analyser.close(tracked)
        for part in tracked.source.parts:
            self._source_of_cell.pop(same_document(part.document.uri), None)
        return tracked.source

    def tracked(self, uri: str) -> Tracked | None:
        """What is known of the source a document belongs to; None when it is not open."""
        key = same_document(uri)
        return self._tracked.get(self._source_of_cell.get(key, key))

    def find(self, uri: str) -> tuple[Tracked, Part] | None:
        tracked = self.tracked(uri)
        if tracked is None:
            return None
        key = same_document(uri)
        parts = tracked.source.parts
        part = next((part for part in parts if same_document(part.document.uri) == key), None)
        return None if part is None else (tracked, part)

    def open_documents(self) -> tuple[Tracked, ...]:
        return tuple(self._tracked.values())

    def open_text(self, path: Path) -> Text | None:
        """A file as the editor has it; None when it is not open."""
        tracked = self.open_file(path)
        return None if tracked is None else tracked.source.text

    def open_file(self, path: Path) -> Tracked | None:
        return next((each for each in self._tracked.values() if each.source.path == path), None)

    def is_enabled(self, source: Source) -> bool:
        return self.settings_of(source.path).enable

    # Runs

    def put_run(self, key: Key, known: Known) -> None:
        """A run came further: show what it found."""
        before = self.runs.files()
        self.runs.put(key, known)
        self._show_runs(before | self.runs.files() | _files_of(known))

    def drop_runs(self, key: Key) -> None:
        before = self.runs.files() | _files_of(self.runs.of(key))
        self.runs.drop(key)
        self._show_runs(before)

    def changed_on_disk(self, paths: Iterable[Path]) -> None:
        """Files that are not open say something else now, perhaps."""
        closed = [path for path in paths if self.runs.text_of(path) and self.open_file(path) is None]
        for path in closed:
            self.runs.text_is(path, text_on_disk(path) or Text(""))
        self._show_runs(closed)

    def _show_runs(self, paths: Iterable[Path]) -> None:
        for path in paths:
            tracked = self.open_file(path)
            if tracked is None:
                self._show_closed(path)
            elif tracked.current is not None and not tracked.source.is_notebook:
                self._publish(tracked, tracked.current)

    def _show_closed(self, path: Path) -> None:
        text = self.runs.text_of(path)
        findings = self._merged(path, ()) if self.settings_of(path).enable and text is not None else ()
        if not findings:
            self._closed_files.clear(path, Speaker.RUNS)
            return
        source = Source.of(Document(path.as_uri(), 0, text or Text("")), path)
        findings = self._with_reports(source, findings)
        written = self._writer.write(Analysis(source, findings, complete=True), source.parts[0])
        self._closed_files.show(path, Speaker.RUNS, written)

    def findings(self, analysis: Analysis) -> tuple[Finding, ...]:
        """Everything that is known of a text: what it says, and what happened when its models ran."""
        if analysis.source.is_notebook:
            return analysis.findings
        return self._merged(analysis.source.path, analysis.findings)

    def _merged(self, path: Path, static: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """With what runs found and the configuration wants now, which may be another than when they ran."""
        merged = self.runs.merged(path, static)
        if merged == static:
            return static
        from torchready.probe.selection import is_enabled

        project = self.project_of(path)
        return tuple(one for one in merged if is_enabled(one, project.config, path, project.root))

    def _with_reports(self, source: Source, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """With links to the full reports, for clients that can open them."""
        if not self.client.opens_reports:
            return findings
        reports = self.runs.reports(source.path)
        return tuple(with_report(finding, reports.get((finding.code, finding.range))) for finding in findings)

    # Diagnostics

    def diagnostics(self, analysis: Analysis, part: Part) -> str:
        """What the client is to show, remembered as what it shows."""
        shown, findings = analysis, self._with_reports(analysis.source, self.findings(analysis))
        if findings is not analysis.findings:
            shown = replace(analysis, findings=findings)
        written = self._writer.write(shown, part) if self.is_enabled(analysis.source) else "[]"
        self._sent[part.document.uri] = (part.document, written)
        return written

    def show_problems(self, path: Path, diagnostics: str) -> None:
        """What is wrong with a configuration file."""
        self._closed_files.show(path, Speaker.CONFIGURATION, diagnostics)

    def publish(self, uri: str, diagnostics: str, version: int | None = None) -> None:
        params = publication(uri, diagnostics, version if self.client.diagnostic_versions else None)
        self._protocol.notify_json(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, params)

    def clear(self, uri: str) -> None:
        """Take pushed diagnostics back; what a client pulled it forgets by itself."""
        self._sent.pop(uri, None)
        if not self.client.pulls_diagnostics:
            self.publish(uri, "[]")

    def _publish(self, tracked: Tracked, analysis: Analysis) -> None:
        for part in tracked.source.parts:
            uri = part.document.uri
            before = self._sent.get(uri)
            if self.client.pulls_diagnostics:
                # Only what was pulled already and turns out different is worth telling.
                if before and before[0] is part.document and before[1] != self.diagnostics(analysis, part):
                    self.changed_after_pull()
                continue
            written = self.diagnostics(analysis, part)
            if before != (part.document, written):
                self.publish(uri, written, part.document.version)

    def _remember_cells(self, source: Source) -> None:
        for part in source.parts:
            self._source_of_cell[same_document(part.document.uri)] = same_document(source.uri)

    def _other_document(self, filename: str) -> tuple[str, Text | None]:
        for tracked in self._tracked.values():
            if file_path(tracked.source.uri) == filename:
                return tracked.source.uri, tracked.source.text
        path = Path(filename).absolute()
        return path.as_uri(), text_on_disk(path)


def _files_of(known: Known) -> frozenset[Path]:
    return frozenset(path for run in known.runs for path in run.texts)
