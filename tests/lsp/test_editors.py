"""One session with each editor's capabilities: a finding, its fix, the file repaired.

pytest-lsp warns when an answer is more than the editor said it understands; here a warning fails the test.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.filterwarnings("error::pytest_lsp.LspSpecificationWarning"),
]

EDITORS = ("visual-studio-code", "neovim", "emacs")
TEXT = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)

    def forward(self, x):
        name = "\U0001f525"; return F.relu(self.linear(x))
"""
FIXED = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        name = "\U0001f525"; return self.relu(self.linear(x))
"""
LINE = 10
COLUMNS = {"utf-8": 30, "utf-16": 28, "utf-32": 27}
COMMAND = [sys.executable, "-c", "from torchready.lsp.server import main; main()"]


@pytest_lsp.fixture(scope="module", params=EDITORS, config=ClientServerConfig(server_command=COMMAND))
async def editor(request: pytest.FixtureRequest, client: LanguageClient) -> AsyncIterator[None]:
    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(_: types.RegistrationParams) -> None: ...

    params = types.InitializeParams(capabilities=client_capabilities(request.param))
    result = await client.initialize_session(params)
    client.server_capabilities = result.capabilities
    yield
    await client.shutdown_session()


def encoding_of(editor: LanguageClient) -> str:
    encoding = editor.server_capabilities.position_encoding
    return str(getattr(encoding, "value", encoding))


def opened(client: LanguageClient, path: Path, text: str = TEXT) -> str:
    uri = path.as_uri()
    item = types.TextDocumentItem(uri, types.LanguageKind.Python, 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return uri


async def diagnostics(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    document = types.TextDocumentIdentifier(uri)
    if client.server_capabilities.diagnostic_provider is None:
        while uri not in client.diagnostics:
            await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(client.diagnostics[uri])
    report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
    assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
    assert uri not in client.diagnostics
    return list(report.items)


async def actions(
    client: LanguageClient, uri: str, found: list[types.Diagnostic], kind: str
) -> list[types.CodeAction]:
    answer = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            found[0].range,
            types.CodeActionContext(found, only=[types.CodeActionKind(kind)]),
        )
    )
    return [action for action in answer or () if isinstance(action, types.CodeAction)]


def applied(text: str, edit: types.WorkspaceEdit, uri: str, encoding: str) -> str:
    if edit.document_changes:
        (change,) = edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.version == 1
        edits = list(change.edits)
    else:
        assert edit.changes is not None
        edits = list(edit.changes[uri])
    lines = text.splitlines(keepends=True)
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    name = encoding if encoding == "utf-8" else f"{encoding}-le"

    def offset(position: types.Position) -> int:
        line = lines[position.line].encode(name)[: position.character * size].decode(name)
        return sum(map(len, lines[: position.line])) + len(line)

    for each in sorted(edits, key=lambda each: offset(each.range.start), reverse=True):
        assert isinstance(each, types.TextEdit)
        text = text[: offset(each.range.start)] + each.new_text + text[offset(each.range.end) :]
    return text


async def test_a_finding_and_its_fix(editor: LanguageClient, tmp_path: Path) -> None:
    uri = opened(editor, tmp_path / "net.py")
    (found,) = await diagnostics(editor, uri)
    encoding = encoding_of(editor)
    column = COLUMNS[encoding]
    assert (found.code, found.source) == ("TR101", "torchready")
    assert (found.range.start.line, found.range.start.character) == (LINE, column)
    assert (found.range.end.line, found.range.end.character) == (LINE, column + len("F.relu"))
    fix, *_ = await actions(editor, uri, [found], "quickfix")
    assert fix.edit is not None
    assert applied(TEXT, fix.edit, uri, encoding) == FIXED


async def test_fix_all(editor: LanguageClient, tmp_path: Path) -> None:
    uri = opened(editor, tmp_path / "all.py")
    found = await diagnostics(editor, uri)
    (action,) = await actions(editor, uri, found, "source.fixAll")
    if action.edit is None:
        action = await editor.code_action_resolve_async(action)
    assert action.edit is not None
    encoding = encoding_of(editor)
    assert applied(TEXT, action.edit, uri, encoding) == FIXED


async def test_typing(editor: LanguageClient, tmp_path: Path) -> None:
    """Every keystroke of a call, with the syntax broken most of the time; at the end the finding is there."""
    start = TEXT.replace("F.relu(self.linear(x))", "")
    path = tmp_path / "typing.py"
    uri = opened(editor, path, start)
    await diagnostics(editor, uri)
    encoding = encoding_of(editor)
    column = COLUMNS[encoding]
    for number, character in enumerate("F.relu(self.linear(x))"):
        place = types.Position(LINE, column + number)
        event = types.TextDocumentContentChangePartial(types.Range(place, place), character)
        editor.diagnostics.pop(uri, None)
        editor.text_document_did_change(
            types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(number + 2, uri), [event])
        )
    for _ in range(100):
        found = await diagnostics(editor, uri)
        if found:
            break
        editor.diagnostics.pop(uri, None)
        await asyncio.sleep(0.02)
    assert [(each.code, each.range.start.character) for each in found] == [("TR101", column)]


async def test_hover(editor: LanguageClient, tmp_path: Path) -> None:
    uri = opened(editor, tmp_path / "hover.py")
    (found,) = await diagnostics(editor, uri)
    shown = await editor.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), found.range.start)
    )
    assert shown is not None
    assert shown.range == found.range
    assert isinstance(shown.contents, types.MarkupContent)
    assert "TR101" in shown.contents.value
