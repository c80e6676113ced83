"""`textDocument/did*` and `notebookDocument/did*`: what is open, and what it says now."""

from __future__ import annotations

import logging

from lsprotocol import types

from torchready.lsp.documents import Document, difference, plain
from torchready.lsp.keystrokes import Keystroke
from torchready.lsp.notebooks import Notebook
from torchready.lsp.session import Session
from torchready.lsp.uris import same_document
from torchready.text import Text

logger = logging.getLogger(__name__)


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    session.open(Document(item.uri, item.version, Text(item.text)))


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    changes = [plain(event) for event in params.content_changes]
    typed(session, Keystroke(params.text_document.uri, params.text_document.version, changes))


def typed(session: Session, edit: Keystroke) -> None:
    found = session.find(edit.uri)
    if found is None:
        logger.warning("Ignored a change of %s, which is not open", edit.uri)
        return
    tracked, part = found
    document, changes = part.document.typed(edit.version, edit.changes, session.client.encoding)
    session.edit(tracked, tracked.source.with_document(document), changes)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    session.close(params.text_document.uri)


def did_open_notebook(session: Session, params: types.DidOpenNotebookDocumentParams) -> None:
    uri = params.notebook_document.uri
    notebook = Notebook.opened(params, session.place_of(uri))
    session.notebooks[same_document(uri)] = notebook
    session.open_source(notebook.source())


def did_change_notebook(session: Session, params: types.DidChangeNotebookDocumentParams) -> None:
    key = same_document(params.notebook_document.uri)
    notebook, tracked = session.notebooks.get(key), session.tracked(key)
    if notebook is None or tracked is None:
        logger.warning("Ignored a change of %s, which is not open", params.notebook_document.uri)
        return
    changed = notebook.changed(params.change, session.client.encoding)
    session.notebooks[key] = changed
    gone = notebook.documents.keys() - changed.documents.keys()
    source = changed.source()
    change = difference(tracked.source.text, source.text.content)
    session.edit(tracked, source, [change] if change else [])
    for uri in gone:
        session.clear(uri)


def did_close_notebook(session: Session, params: types.DidCloseNotebookDocumentParams) -> None:
    session.notebooks.pop(same_document(params.notebook_document.uri), None)
    session.close(params.notebook_document.uri)
