"""`textDocument/didChange` read by hand.

It comes with every keystroke, and the general converter and dispatcher take longer for it than applying the edit.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from lsprotocol import types

from torchready.lsp.documents import ClientChange

Object = dict[str, Any]


class Keystroke(NamedTuple):
    """The parameters of the notification."""

    uri: str
    version: int
    changes: list[ClientChange]


def keystroke(message: Object) -> Keystroke | None:
    """The parameters of such a notification; None for any other message and for what looks unusual."""
    if message.get("method") != types.TEXT_DOCUMENT_DID_CHANGE or message.get("jsonrpc") != "2.0":
        return None
    try:
        params = message["params"]
        document = params["textDocument"]
        changes = [_change(event) for event in cast("list[Object]", params["contentChanges"])]
        uri, version = document["uri"], document["version"]
    except (KeyError, TypeError):
        return None
    if not isinstance(uri, str) or type(version) is not int or "id" in message:
        return None
    return Keystroke(uri, version, changes)


def _change(event: Object) -> ClientChange:
    text = event["text"]
    if not isinstance(text, str):
        raise TypeError
    if "range" not in event:
        return ClientChange(None, text)
    start, end = event["range"]["start"], event["range"]["end"]
    span = (start["line"], start["character"], end["line"], end["character"])
    if any(type(number) is not int or number < 0 for number in span):
        raise TypeError
    return ClientChange(span, text)
