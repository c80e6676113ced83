"""A client that says exactly what a test tells it to, also what no proper client would say."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STAND_IN = (sys.executable, str(Path(__file__).parent / "stand_in.py"))
PATIENCE_SECONDS = 20.0

Message = dict[str, Any]

# A client that is pushed diagnostics and understands everything.
PUSHED: Message = {
    "textDocument": {
        "publishDiagnostics": {
            "versionSupport": True,
            "relatedInformation": True,
            "codeDescriptionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "isPreferredSupport": True,
        },
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}, "applyEdit": True},
    "notebookDocument": {"synchronization": {}},
}
PULLING: Message = {
    **PUSHED,
    "textDocument": {
        **PUSHED["textDocument"],
        "diagnostic": {},
        "codeAction": {
            **PUSHED["textDocument"]["codeAction"],
            "resolveSupport": {"properties": ["edit"]},
        },
    },
    "workspace": {**PUSHED["workspace"], "diagnostics": {"refreshSupport": True}},
}


class Wire:
    """One server process and the messages to and from it."""

    def __init__(
        self,
        command: tuple[str, ...] = STAND_IN,
        patience: float = PATIENCE_SECONDS,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._patience = patience
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={**os.environ, **(environment or {})},
        )
        self.seen: list[Message] = []
        self._arrived: queue.Queue[Message | None] = queue.Queue()
        self._last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()
        self.errors = b""

    def send(self, *messages: Message) -> None:
        """All messages in one write, so that the server has them all before it handles the first."""
        data = b""
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            data += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        self.raw(data)

    def raw(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def request(self, method: str, params: Any = None) -> Message:
        request_id = self.new_id()
        self.send({"id": request_id, "method": method, "params": params})
        return self.answer(request_id)

    def ask(self, method: str, params: Any = None) -> Any:
        answer = self.request(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def answer(self, request_id: int) -> Message:
        return self.wait(lambda message: message.get("id") == request_id and "method" not in message)

    def wait(self, wanted: Callable[[Message], bool]) -> Message:
        while True:
            message = self._arrived.get(timeout=self._patience)
            assert message is not None, f"the server is gone: {self.errors.decode()}"
            self.seen.append(message)
            if wanted(message):
                return message

    def published(self, uri: str, version: int | None = None) -> list[Message]:
        def is_it(message: Message) -> bool:
            params = message.get("params") or {}
            return (
                message.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and version in (None, params.get("version"))
            )

        return self.wait(is_it)["params"]["diagnostics"]

    def initialize(self, capabilities: Message | None = None, **params: Any) -> Message:
        result = self.ask(
            "initialize",
            {"processId": None, "rootUri": None, "capabilities": capabilities or PUSHED, **params},
        )
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, version: int = 1) -> None:
        item = {"uri": uri, "languageId": "python", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri: str, version: int, *changes: tuple[tuple[int, int], tuple[int, int], str]) -> None:
        self.send(changed(uri, version, *changes))

    def code_actions(self, uri: str, line: int, only: list[str] | None = None) -> list[Message]:
        context: Message = {"diagnostics": []}
        if only is not None:
            context["only"] = only
        span = spanning((line, 0), (line, 1000))
        return self.ask(
            "textDocument/codeAction", {"textDocument": {"uri": uri}, "range": span, "context": context}
        )

    def leave(self) -> int:
        self.ask("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            assert stream.readline() == b"\r\n"
            self._arrived.put(json.loads(stream.read(length)))
        self._arrived.put(None)

    def _drain(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors += line


@contextmanager
def wire(capabilities: Message | None = None, **params: Any) -> Iterator[Wire]:
    """A client of the stand-in server, past its handshake."""
    client = Wire()
    try:
        client.initialize(capabilities, **params)
        yield client
        assert client.leave() == 0
    finally:
        client.process.kill()


def spanning(start: tuple[int, int], end: tuple[int, int]) -> Message:
    return {
        "start": {"line": start[0], "character": start[1]},
        "end": {"line": end[0], "character": end[1]},
    }


def changed(uri: str, version: int, *changes: tuple[tuple[int, int], tuple[int, int], str]) -> Message:
    return {
        "method": "textDocument/didChange",
        "params": {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": spanning(start, end), "text": text} for start, end, text in changes],
        },
    }


def places(diagnostics: list[Message]) -> list[tuple[int, int, int]]:
    """Line, first and last column of each diagnostic."""
    return [
        (
            each["range"]["start"]["line"],
            each["range"]["start"]["character"],
            each["range"]["end"]["character"],
        )
        for each in diagnostics
    ]


def applied(text: str, edit: Message, uri: str) -> str:
    """The text after a workspace edit; ASCII only."""
    if "documentChanges" in edit:
        edits = [
            each
            for change in edit["documentChanges"]
            if change["textDocument"]["uri"] == uri
            for each in change["edits"]
        ]
    else:
        edits = edit["changes"][uri]
    lines = [*text.splitlines(keepends=True), ""]

    def offset(position: Message) -> int:
        return sum(map(len, lines[: position["line"]])) + position["character"]

    for each in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(each["range"]["start"]), offset(each["range"]["end"])
        text = text[:start] + each["newText"] + text[end:]
    return text


def without(capabilities: Message, *path: str) -> Message:
    """Capabilities without the one at the end of the path."""
    first, *rest = path
    kept = {key: value for key, value in capabilities.items() if key != first}
    return {**kept, first: without(capabilities[first], *rest)} if rest else kept


def pull(uri: str) -> Message:
    return {"textDocument": {"uri": uri}}
