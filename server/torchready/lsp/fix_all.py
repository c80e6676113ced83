"""All safe fixes of a file, or all of one rule's, as one versioned edit."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from lsprotocol import types

from torchready.finding import Finding
from torchready.lsp.analysis import Tracked
from torchready.lsp.documents import Source, edits_between
from torchready.lsp.edits import PartEdits, workspace_edit
from torchready.lsp.notebooks import cell_edits
from torchready.lsp.session import Session
from torchready.text import Text

if TYPE_CHECKING:
    from torchready.engine import Fixed


async def fix_all_edit(
    session: Session, tracked: Tracked, code: str | None = None
) -> types.WorkspaceEdit | None:
    """The edit, of one rule's fixes if `code` names it, computed on the worker thread; None with nothing to fix.

    Also None when the text was changed meanwhile: the edit would be for a text that is no more.
    """
    source = tracked.source
    only = None if code is None else partial(_of_rule, code)
    fixed: Fixed = await session.analyser.ask(
        tracked.project, lambda engine: engine.fix_all(source.path, source.text.content, only=only)
    )
    if tracked.source is not source or fixed.text == source.text.content:
        return None
    edits = _edits(source, fixed.text)
    return workspace_edit(edits, session.client) if edits else None


def _of_rule(code: str, _: Text, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


def _edits(source: Source, fixed: str) -> list[PartEdits]:
    if source.is_notebook:
        return list(cell_edits(source, fixed) or [])
    return [(source.parts[0], edits_between(source.text, fixed))]
