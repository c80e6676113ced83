"""A language client of the least kind, the same for every server that is measured.

It declares no pull diagnostics, so every server pushes them.
"""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

Message = dict[str, Any]

PATIENCE = 120.0
CAPABILITIES: Mapping[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        "hover": {"contentFormat": ["markdown"]},
    },
    "workspace": {"configuration": True, "workspaceFolders": True},
}


@dataclass(frozen=True)
class Arrival:
    """A message from the server and the moment its last byte was read (`time.perf_counter`)."""

    message: Message
    moment: float


class Client:
    """One running server. Use as a context manager; leaving it ends the server."""

    def __init__(self, command: Sequence[str], root: Path) -> None:
        self.root = root
        # Lives as long as the server, which __exit__ ends.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, cwd=root
        )
        self._arrivals: queue.Queue[Arrival | None] = queue.Queue()
        self._last_request = 0
        self._versions: dict[str, int] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Client:
        folder = {"uri": self.root.as_uri(), "name": self.root.name}
        parameters = {"processId": None, "rootUri": folder["uri"], "workspaceFolders": [folder]}
        self.answer(self.request("initialize", {**parameters, "capabilities": CAPABILITIES}))
        self.notify("initialized", {})
        return self

    def __exit__(self, *exception: object) -> None:
        try:
            self.answer(self.request("shutdown", None), patience=5)
            self.notify("exit", None)
            self.process.wait(5)
        except (TimeoutError, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self._log.close()

    def request(self, method: str, parameters: object) -> int:
        self._last_request += 1
        self._send({"id": self._last_request, "method": method, "params": parameters})
        return self._last_request

    def notify(self, method: str, parameters: object) -> float:
        return self._send({"method": method, "params": parameters})

    def open(self, uri: str, text: str) -> float:
        """Open a document; the moment before it was sent."""
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        return self.notify("textDocument/didOpen", {"textDocument": document})

    def close(self, uri: str) -> None:
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def change(self, uri: str, change: Mapping[str, Any]) -> tuple[float, int]:
        """Send one incremental change; the moment before it was sent, and the new version."""
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        moment = self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        return moment, self._versions[uri]

    def answer(self, request: int, patience: float = PATIENCE) -> Arrival:
        return self.wait(lambda message: message.get("id") == request and "method" not in message, patience)

    def diagnostics(self, uri: str, version: int) -> Arrival:
        """The diagnostics of exactly this version of a document."""
        return self.wait(lambda message: is_diagnostics(message, uri, version))

    def wait(self, wanted: Callable[[Message], bool], patience: float = PATIENCE) -> Arrival:
        """The first wanted message; others are dropped. Raises TimeoutError after `patience` seconds."""
        end = time.perf_counter() + patience
        while (left := end - time.perf_counter()) > 0:
            arrival = self.next_arrival(left)
            if arrival is not None and wanted(arrival.message):
                return arrival
        raise TimeoutError(f"{self.process.args}: no answer within {patience:.0f} s")

    def next_arrival(self, patience: float) -> Arrival | None:
        """The next message, None when none came in time. Raises ConnectionError when the server ended."""
        try:
            arrival = self._arrivals.get(timeout=patience)
        except queue.Empty:
            return None
        if arrival is None:
            self._log.seek(0)
            log = self._log.read()[-2000:].decode(errors="replace")
            raise ConnectionError(f"{self.process.args}: the server ended with {self.process.wait()}:\n{log}")
        return arrival

    def _send(self, message: Message) -> float:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._stream(self.process.stdin)
        moment = time.perf_counter()
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        stream.flush()
        return moment

    def _read(self) -> None:
        stream = self._stream(self.process.stdout)
        while (length := read_length(stream)) is not None:
            body = stream.read(length)
            moment = time.perf_counter()
            message: Message = json.loads(body)
            if "method" in message and "id" in message:
                self._send({"id": message["id"], "result": neutral_result(message)})
            else:
                self._arrivals.put(Arrival(message, moment))
        self._arrivals.put(None)

    @staticmethod
    def _stream(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


def is_diagnostics(message: Message, uri: str, version: int) -> bool:
    if message.get("method") != "textDocument/publishDiagnostics":
        return False
    parameters = message["params"]
    return parameters["uri"] == uri and parameters.get("version") == version


def read_length(stream: IO[bytes]) -> int | None:
    """The body's length from the next header; None at the end of the stream."""
    length = None
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return length


def neutral_result(request: Message) -> object:
    """What a client without any settings answers."""
    if request["method"] == "workspace/configuration":
        return [None for _ in request["params"]["items"]]
    return None
