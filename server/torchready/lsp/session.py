"""The state of one client's session. Only the event loop changes it.

Architecture invariant: what leaves the session (sources, analyses, findings) is immutable, so whoever holds
one may use it after the session has moved on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lsprotocol import types

from torchready.lsp.analysis import Analyser, Analysis, Tracked
from torchready.lsp.client import Client
from torchready.lsp.diagnostics import DiagnosticWriter, publication
from torchready.lsp.documents import Document, Part, Source
from torchready.lsp.failures import Failures
from torchready.lsp.notebooks import Notebook
from torchready.lsp.projects import EngineFactory, Project, Projects, Settings
from torchready.lsp.protocol import Protocol
from torchready.lsp.uris import document_path, file_path, same_document
from torchready.lsp.worker import Worker
from torchready.text import Change, Text


class Session:
    """Everything that is open, and what is known about it."""

    def __init__(self, protocol: Protocol, failures: Failures, make_engine: EngineFactory) -> None:
        self.client = Client()
        self.failures = failures
        self.projects = Projects(make_engine)
        self.analyser = Analyser(Worker(asyncio.get_running_loop()), self._publish, failures.report)
        self.notebooks: dict[str, Notebook] = {}
        # Settings of each workspace folder; under None those of everything else.
        self.settings: dict[Path | None, Settings] = {None: Settings()}
        # What the client was last told of each document.
        self._sent: dict[str, tuple[Document, str]] = {}
        self.changed_after_pull: Callable[[], None] = lambda: None
        self._protocol = protocol
        self._folders: tuple[Path, ...] = ()
        self._tracked: dict[str, Tracked] = {}
        self._source_of_cell: dict[str, str] = {}
        self._writer = DiagnosticWriter(self.client, self._other_document)

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
        self._folders = tuple(sorted(folders, key=lambda path: len(path.parts), reverse=True))

    def folder_of(self, path: Path) -> Path | None:
        return next((folder for folder in self._folders if path.is_relative_to(folder)), None)

    def settings_of(self, path: Path) -> Settings:
        return self.settings.get(self.folder_of(path), self.settings[None])

    def project_of(self, path: Path) -> Project:
        return self.projects.project_of(path, self.folder_of(path), self.settings_of(path))

    def place_of(self, uri: str) -> Path:
        """The path under which a document is analysed, also for one that is not on disk."""
        return document_path(uri, self._folders[-1] if self._folders else Path.cwd())

    def reload_projects(self) -> None:
        """Read configurations anew and analyse everything that is open with them."""
        self.projects.forget()
        for tracked in self._tracked.values():
            self.analyser.refresh(tracked, self.project_of(tracked.source.path))

    # Documents

    def open(self, document: Document) -> None:
        self.open_source(Source.of(document, self.place_of(document.uri)))

    def open_source(self, source: Source) -> None:
        self._forget(source.uri)
        self._remember_cells(source)
        key = same_document(source.uri)
        self._tracked[key] = self.analyser.open(source, self.project_of(source.path))

    def edit(self, tracked: Tracked, source: Source, changes: Sequence[Change]) -> None:
        if source.is_notebook:
            self._remember_cells(source)
        self.analyser.edit(tracked, source, changes)

    def close(self, uri: str) -> None:
        forgotten = self._forget(uri)
        for part in forgotten.parts if forgotten else ():
            self.clear(part.document.uri)

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

    def is_enabled(self, source: Source) -> bool:
        return self.settings_of(source.path).enable

    # Diagnostics

    def diagnostics(self, analysis: Analysis, part: Part) -> str:
        """What the client is to show, remembered as what it shows."""
        written = self._writer.write(analysis, part) if self.is_enabled(analysis.source) else "[]"
        self._sent[part.document.uri] = (part.document, written)
        return written

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
        path = Path(filename)
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return path.as_uri(), Text(file.read())
        except (OSError, ValueError):
            return path.absolute().as_uri(), None
