"""`textDocument/codeAction` and `codeAction/resolve`.

Fixes were computed with the findings; nothing is analysed here. Findings are taken from the session and not
from the diagnostics in the request, which may be about an older text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from lsprotocol import types

from torchready.finding import Applicability, Finding
from torchready.lsp.analysis import Analysis, Tracked
from torchready.lsp.command_names import FIX_ALL_COMMAND
from torchready.lsp.conversion import Converter
from torchready.lsp.disabling import disabling_actions, disabling_edit
from torchready.lsp.documents import Part
from torchready.lsp.edits import by_part, workspace_edit
from torchready.lsp.fix_all import fix_all_edit
from torchready.lsp.session import Session

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.torchready"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.torchready"
REFACTOR = types.CodeActionKind.Refactor.value
KINDS = (QUICK_FIX, FIX_ALL, NOTEBOOK_FIX_ALL, REFACTOR)

# How long to wait for an analysis that is under way: the menu must open, a save may take a moment.
MENU_SECONDS = 0.3
SAVE_SECONDS = 2.0


async def code_action(
    session: Session, params: types.CodeActionParams
) -> list[types.CodeAction | types.Command]:
    found = session.find(params.text_document.uri)
    if found is None or not session.is_enabled(found[0].source):
        return []
    tracked, part = found
    only = params.context.only
    fix_all_kind = NOTEBOOK_FIX_ALL if tracked.source.is_notebook else FIX_ALL
    if not any(_wanted(kind, only) for kind in (QUICK_FIX, fix_all_kind, REFACTOR)):
        return []
    analysis = await session.analyser.soon(tracked, SAVE_SECONDS if only else MENU_SECONDS)
    if analysis is None or tracked.part_changed(part):
        return []
    actions: list[types.CodeAction | types.Command] = []
    if _wanted(QUICK_FIX, only) and session.client.code_action_literals:
        shown = replace(analysis, findings=session.findings(analysis))
        actions += await _resolved(session, _quick_fixes(session, tracked, shown, part, params))
    if _wanted(fix_all_kind, only) and any(map(_is_safe, analysis.findings)):
        action = await _fix_all(session, tracked, part, fix_all_kind, explicit=bool(only))
        actions += [] if action is None else [action]
    if _wanted(REFACTOR, only) and session.client.code_action_literals:
        from torchready.lsp.verification_actions import configure_action

        asked = part.converter(session.client.encoding).range_from_client(params.range)
        action = await configure_action(session, tracked, asked)
        actions += [] if action is None else [action]
    return actions


async def resolve(session: Session, action: types.CodeAction) -> types.CodeAction:
    """Fill in the edit, computed for the text as it is now."""
    data = cast("object", action.data)  # pyright: ignore[reportUnknownMemberType]
    asked = cast("dict[str, object]", data) if isinstance(data, dict) else {}
    uri = asked.get("uri")
    tracked = session.tracked(uri) if isinstance(uri, str) else None
    if tracked is None:
        return action
    if "disable" in asked:
        edit = await disabling_edit(session, tracked, asked)
    else:
        code = asked.get("code")
        edit = await fix_all_edit(session, tracked, code if isinstance(code, str) else None)
    action.edit = edit or types.WorkspaceEdit()
    return action


async def _resolved(session: Session, actions: Iterable[types.CodeAction]) -> list[types.CodeAction]:
    """The actions as they are for clients that resolve them when chosen, with their edits for others."""
    if session.client.resolves_edits:
        return list(actions)
    resolved = [
        action if action.edit or action.command else await resolve(session, action) for action in actions
    ]
    for action in resolved:
        action.data = None
    return resolved


def _wanted(kind: str, only: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind lies under one of those asked for: `source.fixAll.torchready` lies under `source`."""
    if only is None:
        return True
    asked = [str(getattr(each, "value", each)) for each in only]
    return any(not each or kind == each or kind.startswith(f"{each}.") for each in asked)


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE


async def _fix_all(
    session: Session, tracked: Tracked, part: Part, kind: str, *, explicit: bool
) -> types.CodeAction | types.Command | None:
    title = "Fix all torchready problems"
    uri = part.document.uri
    client = session.client
    command = types.Command(title, FIX_ALL_COMMAND, arguments=[uri])
    if not client.code_action_literals:
        return command
    if client.resolves_edits:
        return types.CodeAction(title, kind, data={"uri": uri})
    if not explicit:
        # Only the menu is being opened: the edit is computed when this is chosen.
        return types.CodeAction(title, kind, command=command) if client.applies_edits else None
    edit = await fix_all_edit(session, tracked)
    return None if edit is None else types.CodeAction(title, kind, edit=edit)


def _quick_fixes(
    session: Session, tracked: Tracked, analysis: Analysis, part: Part, params: types.CodeActionParams
) -> Iterator[types.CodeAction]:
    """What mends comes first, then what explains, and last what hides."""
    converter = part.converter(session.client.encoding)
    here = _here(session, analysis, part, params)
    shown = {finding: _shown(finding, converter, params.context.diagnostics) for finding in here}
    for finding in here:
        action = _fix(session, analysis, finding, shown[finding])
        if action is not None:
            yield action
    if session.runs.all():
        # Imported here because most sessions verify nothing.
        from torchready.lsp.verification_actions import report_actions

        yield from report_actions(session, tracked, shown)
    for code in dict.fromkeys(finding.code for finding in here if _is_safe(finding)):
        yield from _fix_all_of_rule(session, analysis, part, code)
    for finding in _one_per_line_and_code(here):
        yield from disabling_actions(finding, part, shown[finding])


def _fix_all_of_rule(
    session: Session, analysis: Analysis, part: Part, code: str
) -> Iterator[types.CodeAction]:
    """Where a rule has more than the one finding that a quick fix repairs."""
    fixable = [finding for finding in analysis.findings if finding.code == code and _is_safe(finding)]
    if len(fixable) < 2:
        return
    title = f"Fix all {len(fixable)} {code} ({fixable[0].name}) in this file"
    uri = part.document.uri
    if session.client.resolves_edits:
        yield types.CodeAction(title, QUICK_FIX, data={"uri": uri, "code": code})
    elif session.client.applies_edits:
        yield types.CodeAction(
            title, QUICK_FIX, command=types.Command(title, FIX_ALL_COMMAND, arguments=[uri, code])
        )


def _here(session: Session, analysis: Analysis, part: Part, params: types.CodeActionParams) -> list[Finding]:
    start, end = part.converter(session.client.encoding).range_from_client(params.range)
    return [
        finding
        for finding in analysis.findings
        if finding.range.start <= end and start <= finding.range.end and part.holds(finding.range)
    ]


def _fix(
    session: Session, analysis: Analysis, finding: Finding, shown: list[types.Diagnostic] | None
) -> types.CodeAction | None:
    # Until an analysis is complete, a finding that an edit left alone has the fix that it had in the text before.
    fix = finding.fix if analysis.complete else None
    edits = by_part(analysis.source, fix.edits) if fix else None
    if fix is None or edits is None:
        return None
    safe = fix.applicability is Applicability.SAFE
    return types.CodeAction(
        title=fix.message if safe else f"(unsafe) {fix.message}",
        kind=QUICK_FIX,
        diagnostics=shown,
        is_preferred=True if safe and session.client.preferred_actions else None,
        edit=workspace_edit(edits, session.client),
    )


def _one_per_line_and_code(findings: Iterable[Finding]) -> list[Finding]:
    return list({(finding.code, finding.range.start.line): finding for finding in findings}.values())


def _shown(
    finding: Finding, converter: Converter, diagnostics: Sequence[types.Diagnostic]
) -> list[types.Diagnostic] | None:
    """The client's own diagnostic of a finding, so that it can attach the action to it."""
    span = converter.range_to_client(finding.range)
    start = (span.start.line, span.start.character)
    return [
        each
        for each in diagnostics
        if each.code == finding.code and (each.range.start.line, each.range.start.character) == start
    ] or None
