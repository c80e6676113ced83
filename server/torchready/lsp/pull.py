"""`textDocument/diagnostic`."""

from __future__ import annotations

from lsprotocol import types

from torchready.lsp.diagnostics import pull_report
from torchready.lsp.protocol import Json
from torchready.lsp.session import Session


async def diagnostic(session: Session, params: types.DocumentDiagnosticParams) -> Json:
    """The diagnostics of the document's newest state; waits for its analysis, not for anything else."""
    tracked = session.tracked(params.text_document.uri)
    if tracked is None:
        return pull_report("[]", params.previous_result_id)
    analysis = await session.analyser.current(tracked)
    found = session.find(params.text_document.uri)
    if analysis is None or found is None:
        return pull_report("[]", params.previous_result_id)
    return pull_report(session.diagnostics(analysis, found[1]), params.previous_result_id)
