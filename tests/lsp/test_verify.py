"""Models verified behind the editor: on demand, on save, and shown where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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


def test_a_model_that_passes_does_not_hide_those_that_failed_before_it(models: Workspace) -> None:
    models.client.forget()
    models.client.command("torchready.verify")
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
    assert title.endswith((" s ago", ", just now"))
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


ENTRY = """\
[[model]]
target = "package:Public"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]
on-save = true
"""


def test_a_class_that_a_package_passes_on_has_its_lens_before_the_first_run(tmp_path: Path) -> None:
    write(tmp_path, package__net=NET, torchready=ENTRY)
    (tmp_path / "package" / "__init__.py").write_text("from .net import Net as Public\n")
    with workspace(tmp_path) as opened:
        opened.open("package/net.py")
        (lens,) = opened.client.lenses(opened.path("package/net.py"))
        assert lens["range"]["start"] == {"line": 5, "character": 6}
        assert lens["command"]["title"] == "verify"
        cursor = {"uri": opened.uri("package/net.py"), "position": {"line": 11, "character": 9}}
        (told,) = opened.client.command("torchready.verify", cursor)
        assert told["model"] == "package:Public"


def test_an_entry_that_changes_is_verified_anew(tmp_path: Path) -> None:
    write(tmp_path, net=NET, torchready=ENTRY.replace("package:Public", "net:Net"))
    with workspace(tmp_path) as opened:
        opened.open("net.py")
        configuration = opened.path("torchready.toml")
        for columns, expected in ((5, "failed"), (4, "ready")):
            text = configuration.read_text()
            configuration.write_text(re.sub(r"\[1, \d\]", f"[1, {columns}]", text))
            changes = [{"uri": configuration.as_uri(), "type": 2}]
            opened.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
            assert opened.client.status(expected)["model"] == "net:Net"


def test_what_is_wrong_with_a_configuration_and_with_its_models_is_shown_together(tmp_path: Path) -> None:
    missing = ENTRY.replace("package:Public", "missing:Net")
    write(tmp_path, net=NET, torchready=missing)
    configuration = tmp_path / "torchready.toml"
    with workspace(tmp_path) as opened:
        opened.open("net.py")
        opened.client.command("torchready.verify")
        (found,) = opened.client.shown(configuration.as_uri())
        assert (found["code"], found["range"]["start"]["line"]) == ("TR480", 1)
        configuration.write_text(f"selekt = []\n{missing}")
        changes = [{"uri": configuration.as_uri(), "type": 2}]
        opened.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        wrong, found = opened.client.shown(configuration.as_uri())
        assert wrong["range"]["start"]["line"] == 0
        assert "selekt" in wrong["message"]
        assert (found["code"], found["range"]["start"]["line"]) == ("TR480", 2)
        configuration.write_text(missing)
        opened.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        (found,) = opened.client.shown(configuration.as_uri())
        assert (found["code"], found["range"]["start"]["line"]) == ("TR480", 1)
