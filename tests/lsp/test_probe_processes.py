"""The processes in which models run end with the server, however that ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from tests.lsp.verifying import NET, VERIFYING, Client, workspace, write

SECONDS_TO_END = 30.0
HANGING = """\
import pathlib
import time

from torch import nn


class Net(nn.Module):
    def forward(self, x):
        pathlib.Path(__file__).with_name("running").touch()
        time.sleep(600)
        return x
"""
CONFIGURATION = '[[model]]\ntarget = "net:Net"\ninputs = [{ shape = [1, 4] }]\nchecks = ["forward"]\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, net=HANGING, torchready=CONFIGURATION)
    return tmp_path


def begin(client: Client, folder: Path) -> tuple[int, list[psutil.Process]]:
    """Start a run that does not end; its request and all processes below the server."""
    request_id = client.new_id()
    params = {"command": "torchready.verify", "arguments": [{"model": "net:Net"}]}
    client.send({"id": request_id, "method": "workspace/executeCommand", "params": params})
    until((folder / "running").exists, client)
    return request_id, psutil.Process(client.process.pid).children(recursive=True)


def until(happened: Callable[[], bool], client: Client | None = None) -> None:
    for _ in range(int(SECONDS_TO_END / 0.05)):
        if happened():
            return
        time.sleep(0.05)
    raise AssertionError("that took too long")


def gone(processes: list[psutil.Process]) -> bool:
    return not any(each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes)


def test_cancelling_the_progress_kills_the_run(folder: Path) -> None:
    with workspace(folder) as opened:
        request_id, before = begin(opened.client, folder)
        opened.client.wait(lambda message: message.get("method") == "$/progress")
        token = opened.client.said("$/progress")[0]["token"]
        opened.client.notify("window/workDoneProgress/cancel", {"token": token})
        assert opened.client.answer(request_id)["result"] == [{"model": "net:Net", "checks": None}]
        assert opened.client.status("ready")["message"] == "Net: cancelled"
        left = psutil.Process(opened.client.process.pid).children(recursive=True)
        assert len(left) < len(before)
        # The warm process is there for the next run, which works.
        (folder / "net.py").write_text(NET)
        (told,) = opened.client.command("torchready.verify")
        assert told["checks"][0]["status"] == "passed"


def test_the_cancel_command_kills_all_runs(folder: Path) -> None:
    with workspace(folder) as opened:
        request_id, _ = begin(opened.client, folder)
        assert opened.client.command("torchready.cancelVerify") == 1
        assert opened.client.answer(request_id)["result"] == [{"model": "net:Net", "checks": None}]
        assert opened.client.command("torchready.cancelVerify") == 0


def test_cancelling_the_request_kills_the_run(folder: Path) -> None:
    with workspace(folder) as opened:
        request_id, before = begin(opened.client, folder)
        opened.client.notify("$/cancelRequest", {"id": request_id})
        assert opened.client.answer(request_id)["error"]["code"] == -32800
        until(lambda: any(not each.is_running() or each.status() == "zombie" for each in before))


def test_shutdown_ends_everything(folder: Path) -> None:
    with workspace(folder) as opened:
        _, processes = begin(opened.client, folder)
        assert processes
    until(lambda: gone(processes))


@pytest.mark.parametrize("end", ["input", "kill"])
def test_the_death_of_editor_or_server_ends_everything(folder: Path, end: str) -> None:
    client = Client(folder)
    options = {"trusted": True}
    client.initialize(VERIFYING, rootUri=folder.as_uri(), initializationOptions=options)
    _, processes = begin(client, folder)
    if end == "kill":
        client.process.kill()
    else:
        assert client.process.stdin is not None
        client.process.stdin.close()
    client.process.wait(SECONDS_TO_END)
    until(lambda: gone(processes))


def test_opening_the_file_of_a_model_starts_its_probe_and_runs_nothing(folder: Path) -> None:
    (folder / "plain.py").write_text("x = 1\n")
    with workspace(folder) as opened:
        opened.open("plain.py")
        assert ": ready" not in opened.client.command("torchready.debugInformation")
        opened.open("net.py")
        until(lambda: ": ready" in opened.client.command("torchready.debugInformation"))
        opened.client.notify("torchready/didChangeTrust", {"trusted": False})
        until(lambda: psutil.Process(opened.client.process.pid).children(recursive=True) == [])
    assert not (folder / "running").exists()


def test_the_debug_information_tells_of_the_probe(folder: Path) -> None:
    write(folder, net=NET)
    with workspace(folder) as opened:
        opened.open("net.py")
        opened.client.command("torchready.verify")
        told = opened.client.command("torchready.debugInformation")
    (line,) = [line for line in told.splitlines() if str(folder) in line and line.endswith("ready")]
    assert "python" in line
