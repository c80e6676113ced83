"""Models verified behind the editor: on demand, on save, and shown where they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.lsp.verifying import BLOCKS, BROKEN, CONFIGURATION, NET, Workspace, workspace, write
from tests.lsp.wire import places


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("models")
    write(folder, net=NET, broken=BROKEN, blocks=BLOCKS, torchready=CONFIGURATION)
    with workspace(folder) as opened:
        opened.open("net.py")
        opened.open("broken.py")
        yield opened


def test_a_model_by_its_name(models: Workspace) -> None:
    (told,) = models.client.command("torchready.verify", {"model": "net.py:Net"})
    assert told["model"] == "net.py:Net"
    assert [(check["name"], check["status"]) for check in told["checks"]] == [("forward", "passed")]


def test_progress_names_the_model_and_the_check(models: Workspace) -> None:
    models.client.forget()
    models.client.command("torchready.verify", {"uri": models.uri("net.py")})
    (created,) = models.client.said("window/workDoneProgress/create")
    progress = models.client.said("$/progress")
    assert isinstance(created["token"], str)
    assert {each["token"] for each in progress} == {created["token"]}
    begin, *reports, end = [each["value"] for each in progress]
    assert begin == {"kind": "begin", "title": "Verifying Net", "cancellable": True}
    assert [report["message"] for report in reports] == ["starting", "forward"]
    assert end == {"kind": "end", "message": "forward passed"}
    told = [(each["state"], each["message"]) for each in models.client.said("torchready/status")]
    assert told == [
        ("verifying", "Net: starting"),
        ("verifying", "Net: forward"),
        ("ready", "Net: forward passed"),
    ]


def test_a_model_that_fails_leaves_the_status_failed(models: Workspace) -> None:
    models.client.forget()
    models.client.command("torchready.verify", {"model": "broken:Broken"})
    *_, last = models.client.said("torchready/status")
    assert (last["state"], last["model"]) == ("failed", "broken:Broken")
    assert last["message"].startswith("Broken: forward failed")


def test_the_model_under_the_cursor(models: Workspace) -> None:
    cursor = {"uri": models.uri("net.py"), "position": {"line": 11, "character": 9}}
    (told,) = models.client.command("torchready.verify", cursor)
    assert told["model"] == "net.py:Net"


def test_a_finding_in_a_file_that_is_not_open(models: Workspace) -> None:
    models.client.command("torchready.verify", {"uri": models.uri("broken.py")})
    (found,) = models.client.shown(models.uri("blocks.py"))
    assert (found["code"], found["range"]["start"]["line"]) == ("TR481", 1)
    assert "cannot halve" in found["message"]


def test_all_models_of_the_workspace(models: Workspace) -> None:
    told = models.client.command("torchready.verify")
    assert [each["model"] for each in told] == ["net.py:Net", "broken:Broken"]


def test_code_lenses(models: Workspace) -> None:
    models.client.command("torchready.verify")
    (lens,) = models.client.lenses(models.path("net.py"))
    assert lens["range"]["start"] == {"line": 5, "character": 6}
    title, command = lens["command"]["title"], lens["command"]
    assert title.startswith("forward passed, ")
    assert title.endswith(" s ago")
    assert (command["command"], command["arguments"]) == ("torchready.verify", [{"model": "net.py:Net"}])
    failed, report = models.client.lenses(models.path("broken.py"))
    assert failed["command"]["title"].startswith("forward failed: ")
    assert " at line 2, " in failed["command"]["title"]
    assert report["command"]["command"] == "torchready.showDetail"


def test_on_save(models: Workspace) -> None:
    """A file that the model imports makes it due; its finding goes when it is mended."""
    models.client.command("torchready.verify", {"uri": models.uri("broken.py")})
    assert len(models.client.shown(models.uri("blocks.py"))) == 1
    models.client.forget()
    models.client.save(models.path("blocks.py"), "def halve(x):\n    return x / 2\n")
    assert models.client.status("ready")["message"] == "Broken: forward passed"
    assert models.client.shown(models.uri("blocks.py")) == []
    models.client.save(models.path("blocks.py"), BLOCKS)
    assert models.client.status("failed")["message"].startswith("Broken: forward failed")
    (found,) = models.client.shown(models.uri("blocks.py"))
    assert places([found])[0][0] == 1
