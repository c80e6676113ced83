"""Diagnostics: pushed or pulled, of the right version, in the client's units."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lsp.wire import PULLING, PUSHED, Wire, places, pull, wire, without

URI = "file:///project/net.py"
TWO = "x = F.relu(y)\nz = F.relu(x)\n"


def test_a_pushed_diagnostic_in_full(pushed: Wire, uri: str) -> None:
    pushed.open(uri, TWO, version=7)
    first, second = pushed.published(uri, 7)
    assert first == {
        "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 10}},
        "severity": 2,
        "code": "TR101",
        "source": "torchready",
        "message": "F.relu is a functional call",
        **({"codeDescription": first["codeDescription"]} if "codeDescription" in first else {}),
    }
    assert second["relatedInformation"] == [
        {"location": {"uri": uri, "range": first["range"]}, "message": "first use"}
    ]


def test_related_places_are_told_in_words_to_clients_without_a_list() -> None:
    with wire(without(PUSHED, "textDocument", "publishDiagnostics", "relatedInformation")) as client:
        client.open(URI, TWO)
        _, second = client.published(URI)
    assert "relatedInformation" not in second
    assert second["message"] == "F.relu is a functional call\nfirst use (line 1)"


def test_edits_are_answered_while_a_large_workspace_is_read(tmp_path: Path) -> None:
    wait = tmp_path / "wait"
    wait.touch()
    uri = (tmp_path / "net.py").as_uri()
    with wire(rootUri=tmp_path.as_uri()) as client:
        client.open(uri, TWO)
        assert places(client.published(uri, 1)) == [(0, 4, 10), (1, 4, 10)]
        # Whoever asks for fixes meanwhile gets what needs none of that.
        titles = [action["title"] for action in client.code_actions(uri, 0, ["quickfix"])]
        assert titles == ["Disable TR101 for this line", "Disable TR101 for this file"]
        client.change(uri, 2, ((0, 0), (1, 0), ""))
        assert places(client.published(uri, 2)) == [(0, 4, 10)]
        wait.unlink()
        assert client.code_actions(uri, 0, ["quickfix"])[0]["title"] == "Use self.relu"


def test_clients_that_know_no_versions_get_none() -> None:
    with wire(without(PUSHED, "textDocument", "publishDiagnostics", "versionSupport")) as client:
        client.open(URI, TWO)
        client.published(URI)
        assert "version" not in client.seen[-1]["params"]


def test_a_pulling_client_is_pushed_nothing(pulling: Wire, uri: str) -> None:
    pulling.open(uri, TWO)
    report = pulling.ask("textDocument/diagnostic", pull(uri))
    assert report["kind"] == "full"
    assert places(report["items"]) == [(0, 4, 10), (1, 4, 10)]
    again = {**pull(uri), "previousResultId": report["resultId"]}
    unchanged = {"kind": "unchanged", "resultId": report["resultId"]}
    assert pulling.ask("textDocument/diagnostic", again) == unchanged
    pulling.change(uri, 2, ((0, 0), (1, 0), ""))
    changed = pulling.ask("textDocument/diagnostic", again)
    assert changed["kind"] == "full"
    assert places(changed["items"]) == [(0, 4, 10)]
    pulling.notify("textDocument/didClose", pull(uri))
    assert pulling.ask("textDocument/diagnostic", pull(uri))["items"] == []
    assert not any(each.get("method") == "textDocument/publishDiagnostics" for each in pulling.seen)


def test_the_server_offers_pull_only_to_clients_that_pull() -> None:
    pushed, pulling = Wire(), Wire()
    assert "diagnosticProvider" not in pushed.initialize(PUSHED)["capabilities"]
    provider = pulling.initialize(PULLING)["capabilities"]["diagnosticProvider"]
    assert provider["identifier"] == "torchready"
    assert pushed.leave() == pulling.leave() == 0


def test_closing_takes_pushed_diagnostics_back(pushed: Wire, uri: str) -> None:
    pushed.open(uri, TWO)
    assert len(pushed.published(uri)) == 2
    pushed.notify("textDocument/didClose", pull(uri))
    assert pushed.published(uri) == []


def test_edits_while_a_file_is_being_opened(pushed: Wire, uri: str) -> None:
    """Its first text is never shown, another file does not wait, and nothing comes twice."""
    pushed.open(uri, "# slow\nx = F.relu(y)\n")
    pushed.change(uri, 2, ((0, 0), (0, 0), "\n"))
    pushed.change(uri, 3, ((0, 0), (0, 0), "\n"))
    assert places(pushed.published(uri)) == [(3, 4, 10)]
    assert pushed.seen[-1]["params"]["version"] == 3


def test_findings_stay_while_the_text_is_broken(pushed: Wire, uri: str) -> None:
    pushed.open(uri, "a\nx = F.relu(y)\nz = F.gelu(y)\n")
    pushed.published(uri, 1)
    pushed.change(uri, 2, ((0, 1), (0, 1), " <<<"))
    assert places(pushed.published(uri, 2)) == [(1, 4, 10), (2, 4, 10)]
    pushed.change(uri, 3, ((1, 0), (1, 0), "\n"))
    assert places(pushed.published(uri, 3)) == [(2, 4, 10), (3, 4, 10)]
    pushed.change(uri, 4, ((2, 13), (2, 13), "!"))
    assert places(pushed.published(uri, 4)) == [(3, 4, 10)]
    pushed.change(uri, 5, ((0, 1), (0, 5), ""))
    assert places(pushed.published(uri, 5)) == [(2, 4, 10), (3, 4, 10)]


@pytest.mark.parametrize(
    ("offered", "chosen", "column"),
    [
        (["utf-16"], "utf-16", 9),
        (["utf-8", "utf-16"], "utf-8", 12),
        (["utf-32", "utf-8"], "utf-32", 8),
        ([], "utf-16", 9),
        (["utf-7"], "utf-16", 9),
    ],
)
def test_positions_are_in_the_clients_units(offered: list[str], chosen: str, column: int) -> None:
    capabilities = {**PUSHED, "general": {"positionEncodings": offered}} if offered else PUSHED
    client = Wire()
    assert client.initialize(capabilities)["capabilities"]["positionEncoding"] == chosen
    client.open(URI, "s='é\U0001f525';F.relu(y)\n".replace("s=", "s ="))
    assert places(client.published(URI)) == [(0, column, column + 6)]
    client.change(URI, 2, ((0, column), (0, column), " "))
    assert places(client.published(URI, 2)) == [(0, column + 1, column + 7)]
    (fix, *_) = client.code_actions(URI, 0)
    edit = fix["edit"]["documentChanges"][0]["edits"][0]
    assert edit["range"]["start"]["character"] == column + 1
    assert client.leave() == 0


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "file:///elsewhere/r%C3%A9seau%20%231.py", "git:/a.py"]
)
def test_documents_of_every_kind(pushed: Wire, uri: str) -> None:
    pushed.open(uri, TWO)
    assert len(pushed.published(uri)) == 2


def test_one_document_under_two_spellings_of_its_uri(pushed: Wire, uri: str) -> None:
    pushed.open("file:///c%3A/r%C3%A9seau.py", TWO)
    pushed.published("file:///c%3A/r%C3%A9seau.py")
    pushed.change("file:///C:/réseau.py", 2, ((0, 0), (1, 0), ""))
    assert places(pushed.published("file:///c%3A/r%C3%A9seau.py", 2)) == [(0, 4, 10)]


def test_a_related_place_in_a_folder_with_strange_characters(pushed: Wire, tmp_path: Path) -> None:
    uri = (tmp_path / "a b#é.py").as_uri()
    pushed.open(uri, TWO)
    _, second = pushed.published(uri)
    assert second["relatedInformation"][0]["location"]["uri"] == uri
