"""What pygls does wrong or not at all, seen from the other end of the wire."""

from __future__ import annotations

import pytest
from tests.lsp.wire import Wire, changed, places, spanning

URI = "file:///project/net.py"


@pytest.fixture
def client(pushed: Wire) -> Wire:
    return pushed


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_lines_end_where_the_protocol_says(client: Wire, separator: str) -> None:
    uri = f"file:///project/separator-{ord(separator)}.py"
    client.open(uri, f"a = 1{separator}\nx = F.relu(y)\n")
    assert places(client.published(uri)) == [(1, 4, 10)]
    client.change(uri, 2, ((1, 0), (1, 1), "longer"))
    assert places(client.published(uri, 2)) == [(1, 9, 15)]


def test_an_end_beyond_the_last_line_is_the_end_of_the_text(client: Wire) -> None:
    client.open("file:///project/clamp.py", "F.relu")
    client.change("file:///project/clamp.py", 2, ((0, 0), (0, 100), ""))
    assert client.published("file:///project/clamp.py", 2) == []
    client.change("file:///project/clamp.py", 3, ((0, 0), (70, 3), " F.relu"))
    assert places(client.published("file:///project/clamp.py", 3)) == [(0, 1, 7)]


def test_a_whole_text_may_be_sent_as_a_change(client: Wire) -> None:
    uri = "file:///project/whole.py"
    client.open(uri, "x = F.relu(y)\n")
    client.published(uri)
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "\n\nx = F.relu(y)\n"}]},
    )
    assert places(client.published(uri, 2)) == [(2, 4, 10)]


@pytest.mark.parametrize(
    "foreign",
    [
        {"tags": [-1]},
        {"severity": 9},
        {"codeDescription": {}},
        {"tags": "deprecated"},
        {"relatedInformation": [{}], "source": "another"},
    ],
)
def test_strange_diagnostics_of_others_cost_no_quick_fix(client: Wire, foreign: dict[str, object]) -> None:
    client.open(URI, "x = F.relu(y)\n")
    diagnostics = client.published(URI)
    span = spanning((0, 4), (0, 10))
    stranger = {"range": span, "message": "m", "source": "torchready", **foreign}
    actions = client.ask(
        "textDocument/codeAction",
        {
            "textDocument": {"uri": URI},
            "range": span,
            "context": {"diagnostics": [stranger, *diagnostics], "triggerKind": 7},
        },
    )
    assert actions[0]["title"] == "Use self.relu"
    assert actions[0]["diagnostics"] == diagnostics


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": 1}}),
        ("textDocument/codeAction", {"textDocument": URI}),
        ("textDocument/hover", None),
        ("workspace/executeCommand", {"command": "torchready.showRule", "arguments": ["TR101", 2]}),
        ("workspace/executeCommand", {"command": "torchready.nonsense"}),
    ],
)
def test_wrong_parameters_are_answered_and_shown_to_nobody(client: Wire, method: str, params: object) -> None:
    answer = client.request(method, params)
    assert answer["error"]["code"] == -32602
    assert "torchready" in answer["error"]["message"] or method in answer["error"]["message"]
    assert not any(message.get("method") == "window/showMessage" for message in client.seen)


def test_an_unknown_request_is_answered(client: Wire) -> None:
    assert client.request("textDocument/nonsense", {})["error"]["code"] == -32601


def test_what_is_not_json_is_skipped(client: Wire) -> None:
    client.raw(b"Content-Length: 5\r\n\r\n{oops")
    assert client.ask("workspace/executeCommand", {"command": "torchready.debugInformation"})


def test_headers_in_any_case_and_order(client: Wire) -> None:
    body = b'{"jsonrpc":"2.0","id":9001,"method":"workspace/executeCommand","params":'
    body += b'{"command":"torchready.debugInformation"}}'
    header = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length: %d\r\n\r\n"
    client.raw(header % len(body) + body)
    assert "result" in client.answer(9001)


def test_requests_cancelled_while_they_wait_are_not_computed(client: Wire) -> None:
    uri = "file:///project/cancel.py"
    client.open(uri, "x = F.relu(y)\n")
    client.published(uri)
    position = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 5}}
    ids = [client.new_id() for _ in range(4)]
    client.send(
        *({"id": each, "method": "textDocument/hover", "params": position} for each in ids),
        *({"method": "$/cancelRequest", "params": {"id": each}} for each in ids[:3]),
    )
    # The first may have been begun before the cancellation was read.
    codes = [client.answer(each).get("error", {}).get("code") for each in ids]
    assert codes[1:] == [-32800, -32800, None]


def test_a_request_that_waits_for_an_analysis_can_be_cancelled(pulling: Wire, uri: str) -> None:
    pulling.open(uri, "# slow\nx = F.relu(y)\n")
    request_id = pulling.new_id()
    pull = {"textDocument": {"uri": uri}}
    pulling.send({"id": request_id, "method": "textDocument/diagnostic", "params": pull})
    pulling.notify("$/cancelRequest", {"id": request_id})
    assert pulling.answer(request_id)["error"]["code"] == -32800
    assert len(pulling.ask("textDocument/diagnostic", pull)["items"]) == 1


def test_a_burst_of_edits_is_analysed_once_at_its_end(client: Wire) -> None:
    uri = "file:///project/burst.py"
    client.open(uri, "x = F.relu(y)\n")
    client.published(uri)
    before = len(client.seen)
    client.send(*(changed(uri, version, ((0, 0), (0, 0), "\n")) for version in range(2, 52)))
    assert places(client.published(uri, 51)) == [(50, 4, 10)]
    versions = [
        message["params"]["version"]
        for message in client.seen[before:]
        if message.get("method") == "textDocument/publishDiagnostics"
    ]
    assert len(versions) < 50
    assert versions == sorted(versions)


def test_the_log_does_not_hold_the_traffic(client: Wire) -> None:
    client.open("file:///project/quiet.py", "secret_name = F.relu(y)\n")
    client.published("file:///project/quiet.py")
    assert b"secret_name" not in client.errors
    logged = [message for message in client.seen if message.get("method") == "window/logMessage"]
    assert not any("secret_name" in message["params"]["message"] for message in logged)


@pytest.mark.parametrize(
    "event",
    [
        {"range": {"start": {"line": 0, "character": 0}}, "text": "y"},
        {"range": {"start": {"line": -1, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "y"},
        {},
        "y",
    ],
)
def test_an_edit_that_says_nothing_sensible_changes_nothing(client: Wire, event: object) -> None:
    uri = "file:///project/strange.py"
    client.open(uri, "x = F.relu(y)\n")
    client.published(uri)
    params = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [event]}
    client.notify("textDocument/didChange", params)
    client.change(uri, 3, ((0, 0), (0, 1), "longer"))
    assert places(client.published(uri, 3)) == [(0, 9, 15)]
