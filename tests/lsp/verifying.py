"""A workspace with small models and a client of the real server behind it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lsp.wire import PUSHED, Message, Wire, spanning

SERVER = (sys.executable, "-c", "from torchready.lsp.server import main; main()")
# Importing torch on a machine that does something else as well.
PATIENCE_SECONDS = 60.0

VERIFYING: Message = {
    **PUSHED,
    "workspace": {
        **PUSHED["workspace"],
        "codeLens": {"refreshSupport": True},
        "inlayHint": {"refreshSupport": True},
    },
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}

NET = """\
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2)

    def forward(self, x):
        y = self.linear(x)
        return F.relu(y)
"""
BROKEN = """\
from torch import nn

from blocks import halve


class Broken(nn.Module):
    def forward(self, x):
        return halve(x)
"""
BLOCKS = """\
def halve(x):
    raise ValueError("cannot halve")
"""
CONFIGURATION = """\
[[model]]
target = "net.py:Net"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]

[[model]]
target = "broken:Broken"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]
on-save = true
"""


class Client(Wire):
    """Answers what the server asks as an editor does, or as a test wants it."""

    def __init__(self, home: Path) -> None:
        """`home` is where the server keeps what belongs to the user."""
        places = {"XDG_STATE_HOME": str(home / "state"), "XDG_CACHE_HOME": str(home / "cache")}
        super().__init__(SERVER, PATIENCE_SECONDS, places)
        self.answers: dict[str, Callable[[Any], Any]] = {}
        self._statuses: list[Message] = []
        self._shown: dict[str, list[Message]] = {}

    def wait(self, wanted: Callable[[Message], bool]) -> Message:
        def answered(message: Message) -> bool:
            if "id" in message and "method" in message:
                answer = self.answers.get(message["method"], lambda _: None)
                self.send({"id": message["id"], "result": answer(message.get("params"))})
            params = message.get("params")
            if message.get("method") == "torchready/status":
                self._statuses.append(params)
            if message.get("method") == "textDocument/publishDiagnostics":
                self._shown[params["uri"]] = params["diagnostics"]
            return wanted(message)

        return super().wait(answered)

    def command(self, name: str, argument: Message | None = None) -> Any:
        arguments = [] if argument is None else [argument]
        return self.ask("workspace/executeCommand", {"command": name, "arguments": arguments})

    def save(self, path: Path, text: str | None = None) -> None:
        if text is not None:
            path.write_text(text)
        self.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def lenses(self, path: Path) -> list[Message]:
        return self.ask("textDocument/codeLens", {"textDocument": {"uri": path.as_uri()}})

    def hints(self, path: Path) -> list[Message]:
        span = spanning((0, 0), (10_000, 0))
        return self.ask("textDocument/inlayHint", {"textDocument": {"uri": path.as_uri()}, "range": span})

    def status(self, state: str) -> Message:
        """The next status of this kind that no test has looked at."""
        while True:
            while self._statuses:
                status = self._statuses.pop(0)
                if status["state"] == state:
                    return status
            self.wait(lambda message: message.get("method") == "torchready/status")

    def shown(self, uri: str) -> list[Message]:
        """The diagnostics that the editor shows now for a document."""
        self.ask("workspace/executeCommand", {"command": "torchready.showRule", "arguments": ["TR101"]})
        return self._shown.get(uri, [])

    def forget(self) -> None:
        """What came until now is of no interest."""
        self.seen.clear()
        self._statuses.clear()

    def said(self, method: str) -> list[Any]:
        return [message.get("params") for message in self.seen if message.get("method") == method]


@dataclass(frozen=True)
class Workspace:
    folder: Path
    client: Client

    def path(self, name: str) -> Path:
        return self.folder / name

    def uri(self, name: str) -> str:
        return self.path(name).as_uri()

    def open(self, name: str) -> list[Message]:
        self.client.open(self.uri(name), self.path(name).read_text())
        return self.client.published(self.uri(name))


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(f"{path.name}.{'toml' if path.name == 'torchready' else 'py'}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))


@contextmanager
def workspace(
    folder: Path, capabilities: Message | None = None, home: Path | None = None, **params: Any
) -> Iterator[Workspace]:
    """A server on a folder; trusted unless the options say otherwise."""
    client = Client(home or folder / ".home")
    options = params.pop("initializationOptions", {"trusted": True})
    try:
        client.initialize(
            capabilities or VERIFYING,
            workspaceFolders=[{"uri": folder.as_uri(), "name": folder.name}],
            initializationOptions=options,
            **params,
        )
        yield Workspace(folder, client)
        assert client.leave() == 0
    finally:
        client.process.kill()
