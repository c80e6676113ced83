"""Full tracebacks and exporter reports as read-only documents.

An editor that knows the scheme `torchready:` asks for their text by `torchready/document`. For any other one the
command `torchready.showDetail` writes a file into the user's cache folder and asks the editor to open that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from torchready.lsp.command_names import DOCUMENT_REQUEST, SHOW_DETAIL_COMMAND
from torchready.lsp.editor import Editor
from torchready.lsp.json_values import table
from torchready.lsp.report_links import SCHEME, identity_of, report_uri
from torchready.lsp.run import Run
from torchready.lsp.session import Session

if TYPE_CHECKING:
    from torchready.probe.verification import CheckOutcome

GONE = (
    "There is no such report any more: the model was not verified in this session, "
    "or is gone from the configuration.\n"
)


def document(session: Session, params: object) -> dict[str, str]:
    """`torchready/document`."""
    return {"text": text_of(session, _uri(params, DOCUMENT_REQUEST))}


async def show_detail(session: Session, editor: Editor, argument: object) -> str:
    """Open a report in the editor; the URI or the path of what was opened."""
    uri = _uri(argument, SHOW_DETAIL_COMMAND)
    if editor.client.opens_reports:
        await editor.show(uri)
        return uri
    path = _written(uri, text_of(session, uri))
    if not await editor.show(path.as_uri()):
        editor.say(types.MessageType.Info, f"torchready wrote the report to {path}")
    return str(path)


def text_of(session: Session, uri: str) -> str:
    for key, known in session.runs.all().items():
        run = known.current or known.ended
        checks = () if run is None else (check.name for check in run.verification.checks)
        for check in (None, *checks):
            if run is not None and identity_of(report_uri(key, check)) == identity_of(uri):
                return "".join(_report(run, check))
    return GONE


def _report(run: Run, only: str | None) -> Iterator[str]:
    found = run.verification
    yield f"{found.model}\n{'=' * len(found.model)}\n\n"
    if run.ended is None:
        yield "This run is still under way.\n\n"
    for check in found.checks:
        if only in (None, check.name):
            yield from _section(check)
    if found.output:
        yield f"Output of the model's code\n--------------------------\n\n{found.output.rstrip()}\n"


def _section(check: CheckOutcome) -> Iterator[str]:
    title = f"{check.name}: {check.status.value} after {check.seconds:.2f} s"
    yield f"{title}\n{'-' * len(title)}\n\n"
    if check.message:
        yield f"{check.message.rstrip()}\n\n"
    for finding in check.findings:
        start = finding.range.start
        yield f"{finding.filename}:{start.line + 1}:{start.column + 1}: {finding.code} {finding.message}\n"
    if check.findings:
        yield "\n"
    if check.detail:
        yield f"{check.detail.rstrip()}\n\n"


def _written(uri: str, text: str) -> Path:
    # Imported here because starting must be quick and few reports are ever written.
    from platformdirs import user_cache_path

    folder = user_cache_path("torchready", appauthor=False) / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    name = unquote(urlsplit(uri).path).strip("/")
    path = folder / re.sub(r"[^\w.-]+", "-", name)
    path.write_text(text, "utf-8")
    return path


def _uri(argument: object, asked_by: str) -> str:
    uri = table(argument).get("uri")
    if not isinstance(uri, str) or not uri.startswith(SCHEME):
        raise JsonRpcInvalidParams(f'{asked_by} takes {{"uri": "{SCHEME}/..."}}')
    return uri
