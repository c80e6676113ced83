"""Configuration files and editor settings, while the server runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.lsp.wire import PULLING, PUSHED, Message, Wire, places, wire

TEXT = "x = F.relu(y)\n"
WATCHING: dict[str, Any] = {
    **PUSHED,
    "workspace": {
        **PUSHED["workspace"],
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
    },
}


def folders(*paths: Path) -> list[Message]:
    return [{"uri": path.as_uri(), "name": path.name} for path in paths]


def is_request(method: str) -> Any:
    return lambda message: message.get("method") == method and "id" in message


def tell_changed(client: Wire, *paths: Path) -> None:
    changes = [{"uri": path.as_uri(), "type": 2} for path in paths]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def test_configuration_files_and_sources_are_watched(tmp_path: Path) -> None:
    with wire(WATCHING, workspaceFolders=folders(tmp_path)) as client:
        request = client.wait(is_request("client/registerCapability"))
        client.send({"id": request["id"], "result": None})
    registrations = {each["method"]: each["registerOptions"] for each in request["params"]["registrations"]}
    watchers = registrations["workspace/didChangeWatchedFiles"]["watchers"]
    assert {each["globPattern"] for each in watchers} == {
        "**/pyproject.toml",
        "**/torchready.toml",
        "**/*.py",
    }
    assert registrations["workspace/didChangeConfiguration"] == {"section": "torchready"}


def test_a_changed_configuration_is_read_anew(tmp_path: Path) -> None:
    config, uri = tmp_path / "torchready.toml", (tmp_path / "net.py").as_uri()
    config.write_text('ignore = ["TR1"]\n')
    with wire(WATCHING, workspaceFolders=folders(tmp_path)) as client:
        client.open(uri, TEXT)
        assert client.published(uri) == []
        config.write_text("")
        tell_changed(client, config)
        assert places(client.published(uri)) == [(0, 4, 10)]
        config.unlink()
        (tmp_path / "pyproject.toml").write_text('[tool.torchready]\nignore = ["TR101"]\n')
        tell_changed(client, config, tmp_path / "pyproject.toml")
        assert client.published(uri) == []


def test_errors_stand_in_the_file_until_it_is_mended(tmp_path: Path) -> None:
    config, uri = tmp_path / "torchready.toml", (tmp_path / "net.py").as_uri()
    config.write_text('# é\nignore = ["TR1"]\n')
    with wire(WATCHING, workspaceFolders=folders(tmp_path)) as client:
        client.open(uri, TEXT)
        assert client.published(uri) == []
        config.write_text('# é\nignore = ["TR1"]\nprofil = "aimet"\n')
        tell_changed(client, config)
        (problem,) = client.published(config.as_uri())
        assert places([problem]) == [(2, 0, 6)]
        assert (problem["severity"], problem["source"]) == (1, "torchready")
        assert "profile" in problem["message"]
        # The last good configuration stays in force.
        client.change(uri, 2, ((0, 0), (0, 0), "\n"))
        assert client.published(uri, 2) == []
        config.write_text("")
        tell_changed(client, config)
        assert client.published(config.as_uri()) == []
        assert len(client.published(uri)) == 1


def test_the_nearest_configuration_decides_in_several_folders(tmp_path: Path) -> None:
    one, other, inner = tmp_path / "one", tmp_path / "other", tmp_path / "other" / "inner"
    for folder in (one, inner):
        folder.mkdir(parents=True)
    (one / "torchready.toml").write_text('ignore = ["TR101"]\n')
    (inner / "torchready.toml").write_text('ignore = ["TR101"]\n')
    with wire(workspaceFolders=folders(one, other)) as client:
        for folder, expected in ((one, 0), (other, 1), (inner, 0)):
            uri = (folder / "net.py").as_uri()
            client.open(uri, TEXT)
            assert len(client.published(uri)) == expected


def test_without_a_watcher_saving_reads_the_configuration(tmp_path: Path) -> None:
    config, uri = tmp_path / "torchready.toml", (tmp_path / "net.py").as_uri()
    config.write_text('ignore = ["TR1"]\n')
    with wire(workspaceFolders=folders(tmp_path)) as client:
        client.open(uri, TEXT)
        assert client.published(uri) == []
        config.write_text("# nothing ignored\n")
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        assert len(client.published(uri)) == 1


def test_pulling_clients_are_told_to_pull_again(tmp_path: Path) -> None:
    config, uri = tmp_path / "torchready.toml", (tmp_path / "net.py").as_uri()
    pull = {"textDocument": {"uri": uri}}
    with wire(PULLING, workspaceFolders=folders(tmp_path)) as client:
        client.open(uri, TEXT)
        assert len(client.ask("textDocument/diagnostic", pull)["items"]) == 1
        config.write_text('ignore = ["TR101"]\n')
        tell_changed(client, config)
        request = client.wait(is_request("workspace/diagnostic/refresh"))
        client.send({"id": request["id"], "result": None})
        assert client.ask("textDocument/diagnostic", pull)["items"] == []


def test_settings_given_at_the_start(tmp_path: Path) -> None:
    uri = (tmp_path / "net.py").as_uri()
    for options in ({"torchready": {"ignore": ["TR101"]}}, {"ignore": ["TR101"]}, {"enable": False}):
        with wire(workspaceFolders=folders(tmp_path), initializationOptions=options) as client:
            client.open(uri, TEXT)
            assert client.published(uri) == []


def test_settings_of_each_folder_are_asked_for(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    capabilities = {**PUSHED, "workspace": {**PUSHED["workspace"], "configuration": True}}
    with wire(capabilities, workspaceFolders=folders(one, other)) as client:
        request = client.wait(is_request("workspace/configuration"))
        asked = [item.get("scopeUri") for item in request["params"]["items"]]
        answers = {one.as_uri(): {"ignore": ["TR101"]}, other.as_uri(): {}, None: None}
        client.send({"id": request["id"], "result": [answers[scope] for scope in asked]})
        for folder, expected in ((one, 0), (other, 1)):
            uri = (folder / "net.py").as_uri()
            client.open(uri, TEXT)
            assert len(client.published(uri)) == expected
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        request = client.wait(is_request("workspace/configuration"))
        client.send({"id": request["id"], "result": [{"enable": False} for _ in asked]})
        assert client.published((other / "net.py").as_uri()) == []


def test_settings_sent_with_their_change(tmp_path: Path) -> None:
    uri = (tmp_path / "net.py").as_uri()
    with wire(workspaceFolders=folders(tmp_path)) as client:
        client.open(uri, TEXT)
        assert len(client.published(uri)) == 1
        settings = {"torchready": {"ignore": ["TR101"]}}
        client.notify("workspace/didChangeConfiguration", {"settings": settings})
        assert client.published(uri) == []


def test_a_configuration_named_in_the_settings(tmp_path: Path) -> None:
    uri = (tmp_path / "net.py").as_uri()
    (tmp_path / "strict.toml").write_text('ignore = ["TR101"]\n')
    options = {"configuration": "strict.toml"}
    with wire(workspaceFolders=folders(tmp_path), initializationOptions=options) as client:
        client.open(uri, TEXT)
        assert client.published(uri) == []


def test_folders_come_and_go(tmp_path: Path) -> None:
    uri = (tmp_path / "inside" / "net.py").as_uri()
    with wire() as client:
        client.open(uri, TEXT)
        client.published(uri)
        event = {"added": folders(tmp_path), "removed": []}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        told = client.ask("workspace/executeCommand", {"command": "torchready.debugInformation"})
        assert f"workspace folders: {tmp_path}" in told
