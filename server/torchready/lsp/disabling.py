"""The actions "disable for this line" and "disable for this file".

Where such a comment may stand takes a look at the whole text, too long for a menu that opens at every move
of the cursor; their edits are made when one is chosen, or on another thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from lsprotocol import types

from torchready.finding import Edit, Finding
from torchready.lsp.analysis import Tracked
from torchready.lsp.documents import Part
from torchready.lsp.edits import by_part, workspace_edit
from torchready.lsp.session import Session
from torchready.suppression import disable_file_edit, disable_line_edit
from torchready.text import Text

LINE, FILE = "line", "file"


def disabling_actions(
    finding: Finding, part: Part, shown: list[types.Diagnostic] | None
) -> Iterator[types.CodeAction]:
    """The actions without their edits; `disabling_edit` makes these of an action's data."""
    place = {
        "uri": part.document.uri,
        "version": part.document.version,
        "code": finding.code,
        "line": finding.range.start.line,
    }
    for scope in (LINE, FILE):
        yield types.CodeAction(
            f"Disable {finding.code} for this {scope}",
            types.CodeActionKind.QuickFix,
            diagnostics=shown,
            data={**place, "disable": scope},
        )


async def disabling_edit(
    session: Session, tracked: Tracked, asked: Mapping[str, object]
) -> types.WorkspaceEdit | None:
    """None when the text was changed since the action was offered, or leaves no room for a comment."""
    source, analysis = tracked.source, tracked.current
    part = source.part(str(asked.get("uri")))
    if analysis is None or part is None or part.document.version != asked.get("version"):
        return None
    finding = next(
        (
            finding
            for finding in analysis.findings
            if (finding.code, finding.range.start.line) == (asked.get("code"), asked.get("line"))
        ),
        None,
    )
    if finding is None:
        return None
    edit = await asyncio.to_thread(_edit, source.text, finding, str(asked.get("disable")))
    edits = by_part(source, [edit]) if edit else None
    return workspace_edit(edits, session.client) if edits else None


def _edit(text: Text, finding: Finding, scope: str) -> Edit | None:
    if scope == FILE:
        return disable_file_edit(text, finding.code)
    return disable_line_edit(text, finding)
