"""Configuration files and editor settings: read, watched, and complained about at their place."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from lsprotocol import types

from torchready.config import ConfigProblem
from torchready.lsp.conversion import Converter
from torchready.lsp.diagnostics import plain_diagnostics
from torchready.lsp.editor import Editor
from torchready.lsp.json_values import plain
from torchready.lsp.projects import Settings
from torchready.lsp.protocol import Protocol
from torchready.lsp.session import Session
from torchready.lsp.uris import file_path
from torchready.text import Text

logger = logging.getLogger(__name__)

SECTION = "torchready"
CONFIGURATION_NAMES = frozenset({"pyproject.toml", "torchready.toml"})
WATCHED = ("**/pyproject.toml", "**/torchready.toml", "**/*.py")


class Configuration:
    """Keeps the session's projects in step with configuration files and the editor's settings."""

    def __init__(self, session: Session, protocol: Protocol, editor: Editor) -> None:
        self._session = session
        self._protocol = protocol
        self._editor = editor
        # Called when models may have come, gone or changed.
        self.reloaded: Callable[[], None] = lambda: None
        self._complained: set[Path] = set()
        # The loop keeps only weak references to what runs on it.
        self._fetching: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """After `initialized`: ask for what the client can tell, and to be told of changes."""
        client = self._session.client
        registrations: list[types.Registration] = []
        if client.watches_files:
            watchers = [types.FileSystemWatcher(pattern) for pattern in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registrations.append(
                types.Registration("torchready-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            )
        if client.configuration_changes:
            section = types.DidChangeConfigurationRegistrationOptions(SECTION)
            registrations.append(
                types.Registration("torchready-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
            )
        if registrations:
            params = types.RegistrationParams(registrations)
            self._editor.send(types.CLIENT_REGISTER_CAPABILITY, params)
        if client.configuration:
            await self.fetch()

    def given_at_start(self, options: object) -> None:
        """Settings from `initializationOptions`, by themselves or under the section's name."""
        self._session.settings = {None: _settings(options)}

    async def fetch(self) -> None:
        """Ask the client for the settings of every folder."""
        folders: tuple[Path | None, ...] = (None, *self._session.folders)
        items = [
            types.ConfigurationItem(None if folder is None else folder.as_uri(), SECTION)
            for folder in folders
        ]
        params = types.ConfigurationParams(items)
        try:
            values = await self._protocol.send_request_async(types.WORKSPACE_CONFIGURATION, params)
        except Exception as error:
            logger.warning("The client did not tell its settings: %s", error)
            return
        told = {folder: plain(value) for folder, value in zip(folders, values or (), strict=False)}
        given = {folder: Settings.of(value) for folder, value in told.items() if value is not None}
        new = {None: self._session.settings[None], **given}
        if new != self._session.settings:
            self._session.settings = new
            self.reload()

    def changed_in_client(self, settings: object) -> None:
        """`workspace/didChangeConfiguration`, which may carry the settings or only say that they changed."""
        if self._session.client.configuration:
            self._fetching = asyncio.ensure_future(self.fetch())
            return
        told = plain(settings)
        if isinstance(told, dict) and SECTION in told:
            self._session.settings = {None: _settings(cast("dict[str, object]", told))}
            self.reload()

    def changed_on_disk(self, changes: Sequence[types.FileEvent]) -> None:
        """`workspace/didChangeWatchedFiles`."""
        paths = [Path(path) for change in changes if (path := file_path(change.uri))]
        configurations = [path for path in paths if path.name in CONFIGURATION_NAMES]
        if configurations:
            # Runs may have found something in them: it moves along with its entry.
            self._session.changed_on_disk(configurations)
            self.reload()
            return
        sources = [path for path in paths if path.suffix == ".py"]
        if not sources:
            return
        for project in self._session.projects.all():
            self._session.analyser.files_changed(project, sources)
        self._session.changed_on_disk(sources)
        self.refresh_pulled()

    def saved(self, uri: str) -> None:
        """On save, for clients that do not watch files: what the watched would have told."""
        if self._session.client.watches_files:
            return
        if self._session.projects.changed_on_disk():
            self.reload()
        else:
            self.changed_on_disk([types.FileEvent(uri, types.FileChangeType.Changed)])

    def reload(self) -> None:
        self._session.reload_projects()
        self.complain()
        self.refresh_pulled()
        self.reloaded()

    def complain(self) -> None:
        """Show what is wrong in configuration files, and take back what was mended.

        Always pushed: the client pulls diagnostics of Python documents only.
        """
        problems: dict[Path, list[ConfigProblem]] = {}
        for project in self._session.projects.all():
            for problem in project.problems:
                known = problems.setdefault(problem.path, [])
                if problem not in known:
                    known.append(problem)
        for path in self._complained - problems.keys():
            self._session.show_problems(path.absolute(), "[]")
        for path, wrong in problems.items():
            converter = Converter(Text(_read(path)), self._session.client.encoding)
            items = [(problem.range, problem.message) for problem in wrong]
            self._session.show_problems(path.absolute(), plain_diagnostics(items, converter))
        self._complained = set(problems)

    def refresh_pulled(self) -> None:
        self._editor.refresh_diagnostics()


def _settings(options: object) -> Settings:
    told = plain(options)
    if isinstance(told, dict):
        table = cast("dict[str, object]", told)
        return Settings.of(table.get(SECTION, table))
    return Settings()


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except OSError:
        return ""
