"""One run at a time of each model, and the newest code counts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lsp.verifying import Client, Workspace, workspace, write
from tests.lsp.wire import Message

# Runs leave a mark each, and wait where they are told to.
NET = """\
import pathlib
import time

from torch import nn

from layers import scale

here = pathlib.Path(__file__).parent


class Net(nn.Module):
    def forward(self, x):
        (here / f"ran-{time.time_ns()}").touch()
        while (here / "wait").exists():
            time.sleep(0.01)
        return scale(x)
"""
LAYERS = "def scale(x):\n    return x * 2\n"
CONFIGURATION = """\
[[model]]
target = "net:Net"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]
on-save = true
"""
SECONDS_TO_START = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("replaced")
    write(folder, net=NET, layers=LAYERS, other="x = 1\n", torchready=CONFIGURATION)
    with workspace(folder) as opened:
        yield opened


@pytest.fixture
def opened(server: Workspace) -> Workspace:
    for mark in server.folder.glob("ran-*"):
        mark.unlink()
    server.path("layers.py").write_text(LAYERS)
    server.client.forget()
    return server


def runs(folder: Path) -> int:
    return len(list(folder.glob("ran-*")))


def until_runs(opened: Workspace, count: int) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while runs(opened.folder) < count:
        assert time.monotonic() < end, "the run does not begin"
        time.sleep(0.01)


def begin(client: Client) -> int:
    request_id = client.new_id()
    params = {"command": "torchready.verify", "arguments": [{"model": "net:Net"}]}
    client.send({"id": request_id, "method": "workspace/executeCommand", "params": params})
    return request_id


def outcome(answer: Message) -> str:
    return answer["result"][0]["checks"][0]["status"]


def test_a_file_that_is_imported_makes_a_model_due_before_its_first_run(opened: Workspace) -> None:
    opened.client.save(opened.path("layers.py"), LAYERS)
    assert opened.client.status("ready")["message"] == "Net: forward passed"
    assert runs(opened.folder) == 1


def test_other_files_do_not(opened: Workspace) -> None:
    opened.client.save(opened.path("other.py"))
    opened.client.save(opened.path("net.py"))
    assert opened.client.status("ready")["message"] == "Net: forward passed"
    assert runs(opened.folder) == 1


def test_saving_during_a_run_runs_the_new_code_alone(opened: Workspace) -> None:
    """The old run, which would fail, is killed where it waits; the command tells what the new one found."""
    (opened.folder / "wait").touch()
    opened.path("layers.py").write_text("def scale(x):\n    raise ValueError('stale')\n")
    opened.open("net.py")
    request_id = begin(opened.client)
    until_runs(opened, 1)
    opened.client.open(opened.uri("layers.py"), opened.path("layers.py").read_text())
    opened.client.change(opened.uri("layers.py"), 2, ((1, 0), (1, 100), "    return x * 3"))
    opened.client.save(opened.path("layers.py"), "def scale(x):\n    return x * 3\n")
    until_runs(opened, 2)
    (opened.folder / "wait").unlink()
    assert outcome(opened.client.answer(request_id)) == "passed"
    assert runs(opened.folder) == 2
    assert opened.client.shown(opened.uri("layers.py")) == []
    opened.client.notify("textDocument/didClose", {"textDocument": {"uri": opened.uri("layers.py")}})


def test_the_same_code_is_not_run_twice_at_a_time(opened: Workspace) -> None:
    (opened.folder / "wait").touch()
    first, second = begin(opened.client), begin(opened.client)
    until_runs(opened, 1)
    opened.client.save(opened.path("net.py"))
    opened.client.lenses(opened.path("net.py"))
    time.sleep(0.1)
    (opened.folder / "wait").unlink()
    assert [outcome(opened.client.answer(each)) for each in (first, second)] == ["passed", "passed"]
    assert opened.client.status("ready")["message"] == "Net: forward passed"
    assert runs(opened.folder) == 1


def test_what_is_never_verified_on_save(tmp_path: Path) -> None:
    write(tmp_path, net=NET, layers=LAYERS, torchready=CONFIGURATION)
    options = {"trusted": True, "verify": {"onSave": "never"}}
    with workspace(tmp_path, initializationOptions=options) as opened:
        opened.open("net.py")
        opened.client.save(opened.path("net.py"))
        opened.client.lenses(opened.path("net.py"))
        assert opened.client.said("torchready/status") == []
        opened.client.command("torchready.verify")
    assert runs(tmp_path) == 1
