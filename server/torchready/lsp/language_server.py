"""pygls put together with our session: which request goes where."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from torchready import __version__
from torchready.lsp import code_actions, commands, hover, pull, sync
from torchready.lsp.client import Client
from torchready.lsp.command_names import COMMANDS, DOCUMENT_REQUEST, REPORT_REQUEST, TRUST_NOTIFICATION
from torchready.lsp.configuration import Configuration
from torchready.lsp.editor import Editor
from torchready.lsp.failures import ClientLog, Failures
from torchready.lsp.garbage import IdleCollection
from torchready.lsp.json_values import table
from torchready.lsp.parent import watch
from torchready.lsp.projects import EngineFactory, import_engine
from torchready.lsp.protocol import Json, Protocol
from torchready.lsp.session import Session
from torchready.lsp.stdio import Connection, Output
from torchready.lsp.uris import file_path
from torchready.lsp.verification_service import VerificationService

# After the first documents are open, in the pause before the first keystroke.
WARM_UP_SECONDS = 1.0
PYTHON_CELLS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(
            notebook="jupyter-notebook", cells=[types.NotebookCellLanguage("python")]
        )
    ]
)


class Server(LanguageServer):
    """pygls' server with the handlers of this package."""

    def __init__(self, make_engine: EngineFactory) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            "torchready",
            __version__,
            notebook_document_sync=PYTHON_CELLS,
            protocol_cls=Protocol,
            converter_factory=default_converter,
        )
        self.messages = cast("Protocol", self.protocol)
        self.failures = Failures(self.write_log, self._show)
        self.session = Session(self.messages, self.failures, make_engine)
        self.editor = Editor(self.messages)
        self.configuration = Configuration(self.session, self.messages, self.editor)
        self.verification = VerificationService(self.session, self.messages, self.editor)
        self.configuration.reloaded = self.verification.reloaded
        self.session.changed_after_pull = self.configuration.refresh_pulled
        self.parent_gone: Callable[[], None] | None = None
        self.messages.typed = partial(sync.typed, self.session)
        self._register()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Once in the log with everything, once on the screen; a client's own mistake only in the log."""
        if isinstance(error, JsonRpcException) and not isinstance(error, JsonRpcInternalError):
            return
        # pygls calls this while it handles the original exception, which its own error has lost.
        self.failures.report("answering the editor", sys.exc_info()[1] or error)

    def _register(self) -> None:
        session = self.session
        handlers: tuple[tuple[str, Callable[..., Any], Any], ...] = (
            (types.INITIALIZE, self._initialize, None),
            (types.INITIALIZED, self._initialized, None),
            (types.SHUTDOWN, self._shut_down, None),
            (types.TEXT_DOCUMENT_DID_OPEN, self._did_open, None),
            (types.TEXT_DOCUMENT_DID_CHANGE, partial(sync.did_change, session), None),
            (types.TEXT_DOCUMENT_DID_CLOSE, partial(sync.did_close, session), None),
            (types.TEXT_DOCUMENT_DID_SAVE, self._did_save, None),
            (types.NOTEBOOK_DOCUMENT_DID_OPEN, self._did_open_notebook, None),
            (types.NOTEBOOK_DOCUMENT_DID_CHANGE, partial(sync.did_change_notebook, session), None),
            (types.NOTEBOOK_DOCUMENT_DID_CLOSE, partial(sync.did_close_notebook, session), None),
            (types.TEXT_DOCUMENT_HOVER, partial(hover.hover, session), None),
            (types.TEXT_DOCUMENT_CODE_ACTION, partial(code_actions.code_action, session), _code_actions()),
            (types.CODE_ACTION_RESOLVE, partial(code_actions.resolve, session), None),
            (types.TEXT_DOCUMENT_CODE_LENS, self._code_lenses, types.CodeLensOptions()),
            (types.TEXT_DOCUMENT_INLAY_HINT, self._inlay_hints, types.InlayHintOptions()),
            (types.WORKSPACE_EXECUTE_COMMAND, self._execute, None),
            (types.WINDOW_WORK_DONE_PROGRESS_CANCEL, self.verification.cancel_progress, None),
            (DOCUMENT_REQUEST, self._document, None),
            (REPORT_REQUEST, self._report, None),
            (TRUST_NOTIFICATION, self._did_change_trust, None),
            (types.WORKSPACE_DID_CHANGE_CONFIGURATION, self._did_change_configuration, None),
            (types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._did_change_watched_files, None),
            (types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._did_change_folders, None),
        )
        for method, handler, options in handlers:
            # pygls hangs attributes on what it registers, which a method does not take.
            self.feature(method, options)(partial(handler))
        # Named for the capabilities only; `Protocol` hands every command on to the handler above.
        known = cast("dict[str, object]", self.messages.fm.commands)  # pyright: ignore[reportUnknownMemberType]
        known.update(dict.fromkeys(COMMANDS, commands.execute))

    def _initialize(self, params: types.InitializeParams) -> None:
        client = Client.of(params)
        self.editor.client = client
        self.session.start(client, _folders(params))
        self.verification.workspace_is_trusted(table(params.initialization_options).get("trusted"))
        self.configuration.given_at_start(params.initialization_options)
        if client.pulls_diagnostics:
            options = types.DiagnosticOptions(
                inter_file_dependencies=True, workspace_diagnostics=False, identifier="torchready"
            )
            self.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(partial(pull.diagnostic, self.session))
        if params.process_id is not None and self.parent_gone is not None:
            watch(params.process_id, self.parent_gone)

    async def _initialized(self, _: types.InitializedParams) -> None:
        self.session.analyser.run_ahead(import_engine)
        asyncio.get_running_loop().call_later(WARM_UP_SECONDS, self.messages.warm_up)
        await self.configuration.start()

    async def _shut_down(self, _: None) -> None:
        self.session.analyser.stop()
        await self.verification.close()
        self.messages.cancel_all()

    async def _execute(self, params: types.ExecuteCommandParams) -> Any:
        return await commands.execute(self.session, self.messages, self.verification, params)

    async def _did_change_trust(self, params: Any) -> None:
        await self.verification.trust_changed(table(params).get("trusted"))

    # What only sessions with models need is imported when it is first asked for: starting must be quick.

    async def _code_lenses(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        if not self.session.has_models():
            return []
        from torchready.lsp.code_lens import code_lenses

        return await code_lenses(self.session, params)

    async def _inlay_hints(self, params: types.InlayHintParams) -> list[types.InlayHint]:
        if not self.session.runs.all():
            return []
        from torchready.lsp.inlay_hints import inlay_hints

        return await inlay_hints(self.session, params)

    def _document(self, params: Any) -> dict[str, str]:
        from torchready.lsp.detail import document

        return document(self.session, params)

    async def _report(self, params: Any) -> Json:
        from torchready.lsp.report import report

        return await report(self.session, params)

    def _did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        sync.did_open(self.session, params)
        self.configuration.complain()
        self.verification.opened(params.text_document.uri)

    def _did_open_notebook(self, params: types.DidOpenNotebookDocumentParams) -> None:
        sync.did_open_notebook(self.session, params)
        self.configuration.complain()

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self.configuration.saved(params.text_document.uri)
        self.verification.saved(params.text_document.uri)

    async def _did_change_configuration(self, params: types.DidChangeConfigurationParams) -> None:
        self.configuration.changed_in_client(params.settings)

    def _did_change_watched_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        self.configuration.changed_on_disk(params.changes)

    async def _did_change_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        removed = {path for folder in params.event.removed if (path := _path(folder.uri))}
        added = [path for folder in params.event.added if (path := _path(folder.uri))]
        kept = [path for path in self.session.folders if path not in removed]
        self.session.set_folders([*kept, *(path for path in added if path not in kept)])
        self.configuration.reload()
        if self.session.client.configuration:
            await self.configuration.fetch()

    def write_log(self, kind: types.MessageType, message: str) -> None:
        self.messages.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(kind, message))

    def _show(self, kind: types.MessageType, message: str) -> None:
        self.messages.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(kind, message))


async def serve(make_engine: EngineFactory, source: int, target: int) -> int:
    """Serve one client over two file descriptors until it leaves; the process's exit code."""
    server = Server(make_engine)
    server.messages.set_writer(Output(target))
    _log_to(server)
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(partial(_failed_in_loop, server.failures))
    pause = IdleCollection()

    def settle() -> None:
        server.session.analyser.settle()
        pause.worked()

    connection = Connection(server.messages, settle, server.failures.report)
    server.parent_gone = connection.end
    try:
        return await connection.serve(source)
    finally:
        server.session.analyser.stop()
        await server.verification.close()


def _code_actions() -> types.CodeActionOptions:
    return types.CodeActionOptions(code_action_kinds=list(code_actions.KINDS), resolve_provider=True)


def _folders(params: types.InitializeParams) -> list[Path]:
    folders = [folder.uri for folder in params.workspace_folders or ()]
    if not folders and params.root_uri:
        folders = [params.root_uri]
    if not folders and params.root_path:
        return [Path(params.root_path)]
    return [path for uri in folders if (path := _path(uri))]


def _path(uri: str) -> Path | None:
    path = file_path(uri)
    return Path(path) if path else None


def _log_to(server: Server) -> None:
    handler = ClientLog(server.write_log)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logging.getLogger("torchready").addHandler(handler)
    # It logs whole messages, and every error that `report_server_error` hears of a second time.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)


def _failed_in_loop(failures: Failures, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        failures.report("doing something in the background", error)
