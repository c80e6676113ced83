"""`workspace/executeCommand`."""

from __future__ import annotations

import os
import platform
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from torchready import __version__
from torchready.lsp.analysis import Tracked
from torchready.lsp.command_names import (
    COMMANDS,
    DEBUG_COMMAND,
    FIX_ALL_COMMAND,
    SHOW_RULE_COMMAND,
    VERIFICATION_COMMANDS,
)
from torchready.lsp.fix_all import fix_all_edit
from torchready.lsp.protocol import Protocol
from torchready.lsp.session import Session
from torchready.lsp.verification_service import VerificationService
from torchready.rules.registry import find_rule


async def execute(
    session: Session,
    protocol: Protocol,
    verification: VerificationService,
    params: types.ExecuteCommandParams,
) -> Any:
    arguments = list(params.arguments or ())
    if params.command in VERIFICATION_COMMANDS:
        return await verification.execute(params.command, _optional(params, arguments))
    if params.command == FIX_ALL_COMMAND:
        return await apply_fix_all(session, protocol, *_document_and_code(params, arguments))
    if params.command == SHOW_RULE_COMMAND:
        return show_rule(_text(params, arguments, "a rule's code, such as TR101"))
    if params.command == DEBUG_COMMAND:
        return debug_information(session, verification.describe())
    raise JsonRpcInvalidParams(f"torchready has no command {params.command}; it has {', '.join(COMMANDS)}")


async def apply_fix_all(session: Session, protocol: Protocol, uri: str, code: str | None = None) -> bool:
    """Whether anything was repaired; of one rule only if `code` names it."""
    tracked = session.tracked(uri)
    if tracked is None:
        raise JsonRpcInvalidParams(f"{FIX_ALL_COMMAND}: {uri} is not open; open it and try again")
    edit = await fix_all_edit(session, tracked, code)
    if edit is None:
        return False
    params = types.ApplyWorkspaceEditParams(edit, f"Fix all {code or 'torchready'} problems")
    result = await protocol.send_request_async(types.WORKSPACE_APPLY_EDIT, params)
    return bool(result.applied)


def show_rule(code: str) -> dict[str, str]:
    """A rule's page, for the client to display."""
    rule = find_rule(code)
    if rule is None:
        raise JsonRpcInvalidParams(f"{SHOW_RULE_COMMAND}: there is no rule {code}")
    return {"code": rule.code, "name": rule.name, "url": rule.url, "page": rule.page()}


def debug_information(session: Session, probes: list[str]) -> str:
    """What a bug report needs to say about the server, as text."""
    client = session.client
    lines = [
        f"torchready {__version__}, process {os.getpid()}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"client: {client.name}, {client.encoding.value}, "
        f"{'pulls' if client.pulls_diagnostics else 'is pushed'} diagnostics",
        f"workspace folders: {', '.join(map(str, session.folders)) or 'none'}",
        "projects:",
        *(f"  {project.root} ({project.config_path or 'defaults'})" for project in session.projects.all()),
        "probes:",
        *(f"  {probe}" for probe in probes),
        "documents:",
        *(f"  {_describe(tracked)}" for tracked in session.open_documents()),
    ]
    return "\n".join(lines)


def _describe(tracked: Tracked) -> str:
    analysis = tracked.current
    known = f"{len(analysis.findings)} findings" if analysis else "not analysed yet"
    seconds = "" if tracked.seconds is None else f", last edit took {tracked.seconds * 1000:.1f} ms"
    return f"{tracked.source.uri}: {tracked.source.text.line_count} lines, {known}{seconds}"


def _document_and_code(params: types.ExecuteCommandParams, arguments: list[Any]) -> tuple[str, str | None]:
    uri = _text(params, arguments[:1], "the document's URI, and a rule's code if only its fixes are meant")
    code = _text(params, arguments[1:], "a rule's code, such as TR101") if arguments[1:] else None
    return uri, code


def _optional(params: types.ExecuteCommandParams, arguments: list[Any]) -> Any:
    if len(arguments) > 1:
        raise JsonRpcInvalidParams(f"{params.command} takes one argument at most, an object")
    return arguments[0] if arguments else None


def _text(params: types.ExecuteCommandParams, arguments: list[Any], meaning: str) -> str:
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise JsonRpcInvalidParams(f"{params.command} takes one argument: {meaning}")
    return arguments[0]
