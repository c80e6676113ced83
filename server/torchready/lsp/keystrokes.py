"""`textDocument/didChange` read by hand.

It comes with every keystroke, and the general converter and dispatcher take longer for it than applying the edit.
"""

from __future__ import annotations

from typing import Any, cast

from lsprotocol import types

Object = dict[str, Any]


def keystroke(message: Object) -> types.DidChangeTextDocumentParams | None:
    """The parameters of such a notification; None for any other message and for what looks unusual."""
    if message.get("method") != types.TEXT_DOCUMENT_DID_CHANGE or message.get("jsonrpc") != "2.0":
        return None
    try:
        params = message["params"]
        document = params["textDocument"]
        changes = [_change(event) for event in cast("list[Object]", params["contentChanges"])]
        uri, version = document["uri"], document["version"]
        if not isinstance(uri, str) or type(version) is not int or "id" in message:
            return None
        return types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version, uri), changes)
    except (KeyError, TypeError, ValueError):
        return None


def _change(event: Object) -> types.TextDocumentContentChangeEvent:
    text = event["text"]
    if not isinstance(text, str):
        raise TypeError
    if "range" not in event:
        return types.TextDocumentContentChangeWholeDocument(text)
    span = event["range"]
    return types.TextDocumentContentChangePartial(
        types.Range(_position(span["start"]), _position(span["end"])), text
    )


def _position(position: Object) -> types.Position:
    line, character = position["line"], position["character"]
    if type(line) is not int or type(character) is not int:
        raise TypeError
    return types.Position(line, character)
