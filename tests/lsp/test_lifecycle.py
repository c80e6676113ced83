"""Starting, failing and ending."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from tests.lsp.wire import PULLING, Wire, places, wire

URI = "file:///project/net.py"
SECONDS_TO_END = 10.0


def test_exit_without_shutdown_is_an_error() -> None:
    client = Wire()
    client.initialize()
    client.notify("exit")
    assert client.process.wait(SECONDS_TO_END) == 1


def test_closed_input_ends_the_server() -> None:
    client = Wire()
    client.initialize()
    client.open(URI, "# slow\n")
    assert client.process.stdin is not None
    client.process.stdin.close()
    assert client.process.wait(SECONDS_TO_END) == 1


def test_a_stream_that_is_not_lsp_ends_the_server_with_a_reason() -> None:
    client = Wire()
    client.initialize()
    client.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert client.process.wait(SECONDS_TO_END) == 1


def test_the_server_ends_with_its_editor() -> None:
    """Also when somebody else holds its input open."""
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    client = Wire()
    client.initialize(processId=editor.pid)
    editor.kill()
    editor.wait()
    assert client.process.wait(SECONDS_TO_END) == 1


def test_shutdown_while_requests_wait() -> None:
    client = Wire()
    client.initialize(PULLING)
    client.open(URI, "# slow\nx = F.relu(y)\n")
    ids = [client.new_id() for _ in range(20)]
    pull = {"textDocument": {"uri": URI}}
    client.send(*({"id": each, "method": "textDocument/diagnostic", "params": pull} for each in ids))
    shutdown = client.new_id()
    client.send({"id": shutdown, "method": "shutdown"})
    assert client.answer(shutdown)["result"] is None
    client.notify("exit")
    assert client.process.wait(SECONDS_TO_END) == 0
    assert b"Traceback" not in client.errors


def test_requests_after_shutdown_do_no_harm() -> None:
    client = Wire()
    client.initialize()
    client.ask("shutdown")
    client.open(URI, "x = F.relu(y)\n")
    client.notify("exit")
    assert client.process.wait(SECONDS_TO_END) == 0


def test_a_crash_is_told_once_and_survived() -> None:
    with wire() as client:
        client.open(URI, "x = F.relu(y)\n")
        assert places(client.published(URI, 1)) == [(0, 4, 10)]
        client.change(URI, 2, ((1, 0), (1, 0), "# crash\n"))
        # What was known of the lines that did not change stays.
        assert places(client.published(URI, 2)) == [(0, 4, 10)]
        client.change(URI, 3, ((2, 0), (2, 0), "\n"))
        client.published(URI, 3)
        client.change(URI, 4, ((1, 0), (2, 0), ""))
        assert places(client.published(URI, 4)) == [(0, 4, 10)]
        shown = [message for message in client.seen if message.get("method") == "window/showMessage"]
        logged = [message for message in client.seen if message.get("method") == "window/logMessage"]
        assert len(shown) == 1
        assert "analysing /project/net.py" in shown[0]["params"]["message"]
        assert sum("told to crash" in message["params"]["message"] for message in logged) == 2
        assert "Traceback" in logged[0]["params"]["message"]


def test_printing_does_not_disturb_the_messages() -> None:
    code = """
        from tests.lsp.stand_in import StandInEngine
        from torchready.lsp.server import main

        class Chatty(StandInEngine):
            def report(self, snapshot, *, quick=False):
                print("hello from a library")
                return super().report(snapshot, quick=quick)

        main(Chatty)
    """
    client = Wire((sys.executable, "-c", textwrap.dedent(code)))
    client.initialize()
    client.open(URI, "x = F.relu(y)\n")
    assert len(client.published(URI)) == 1
    assert client.leave() == 0
