"""Nothing of a workspace runs before somebody who may say so said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lsp.verifying import NET, Workspace, workspace, write
from tests.lsp.wire import Message

RAN = "RAN"
CONFIGURATION = """\
python = "./interpreter"

[[model]]
target = "net:Net"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]
on-save = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository that was cloned from somebody."""
    write(tmp_path, net=f"import pathlib\npathlib.Path({str(tmp_path / RAN)!r}).touch()\n{NET}")
    (tmp_path / "torchready.toml").write_text(CONFIGURATION)
    interpreter = tmp_path / "interpreter"
    interpreter.write_text(f"#!/bin/sh\ntouch {tmp_path / RAN}\n")
    interpreter.chmod(0o755)
    return tmp_path


def answering(opened: Workspace, button: str | None) -> list[Message]:
    """Press a button whenever asked; the questions so far."""
    asked: list[Message] = []

    def press(params: Message) -> Message | None:
        asked.append(params)
        return None if button is None else {"title": button}

    opened.client.answers["window/showMessageRequest"] = press
    return asked


def something_ran(folder: Path) -> bool:
    return (folder / RAN).exists()


def test_nothing_runs_in_an_untrusted_workspace(folder: Path) -> None:
    with workspace(folder, initializationOptions={"trusted": False}) as opened:
        asked = answering(opened, "Run models in this folder")
        opened.open("net.py")
        opened.client.save(folder / "net.py")
        assert opened.client.command("torchready.verify") == []
        (told,) = opened.client.said("window/showMessage")
        assert f"does not run models of {folder}: the workspace is not trusted" in told["message"]
        assert asked == []
    assert not something_ran(folder)


def test_a_workspace_that_becomes_trusted(folder: Path) -> None:
    write(folder, net=NET)
    (folder / "torchready.toml").write_text(CONFIGURATION.replace('python = "./interpreter"\n', ""))
    with workspace(folder, initializationOptions={"trusted": False}) as opened:
        opened.open("net.py")
        assert opened.client.command("torchready.verify") == []
        opened.client.notify("torchready/didChangeTrust", {"trusted": True})
        (told,) = opened.client.command("torchready.verify")
        assert told["checks"][0]["status"] == "passed"


def test_opening_and_saving_ask_nothing_and_run_nothing(folder: Path) -> None:
    with workspace(folder, initializationOptions={}) as opened:
        asked = answering(opened, "Run models in this folder")
        opened.open("net.py")
        opened.client.save(folder / "net.py")
        told = opened.client.status("ready")
        opened.client.save(folder / "net.py")
        opened.client.lenses(folder / "net.py")
        assert told["message"] == (
            f"Net is not verified on save: running the code of {folder} is not allowed yet. "
            "Verify it once by hand to be asked."
        )
        assert len(opened.client.said("torchready/status")) == 1
        assert asked == []
    assert not something_ran(folder)


def test_a_command_asks_and_a_refusal_is_kept(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    with workspace(folder, home=home, initializationOptions={}) as opened:
        asked = answering(opened, None)
        assert opened.client.command("torchready.verify") == []
        assert opened.client.command("torchready.verify") == []
        assert len(asked) == 2
        assert str(folder) in asked[0]["message"]
        assert [action["title"] for action in asked[0]["actions"]] == [
            "Run models in this folder",
            "Never here",
        ]
        answering(opened, "Never here")
        assert opened.client.command("torchready.verify") == []
    with workspace(folder, home=home, initializationOptions={}) as opened:
        asked = answering(opened, "Run models in this folder")
        assert opened.client.command("torchready.verify") == []
        assert asked == []
        assert "you chose never to" in opened.client.said("window/showMessage")[0]["message"]
    assert not something_ran(folder)


def test_an_answer_holds_for_its_folder_until_it_is_forgotten(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(folder, net=NET)
    (folder / "torchready.toml").write_text(CONFIGURATION.replace('python = "./interpreter"\n', ""))
    home = tmp_path_factory.mktemp("home")
    with workspace(folder, home=home, initializationOptions={}) as opened:
        answering(opened, "Run models in this folder")
        opened.open("net.py")
        (told,) = opened.client.command("torchready.verify")
        assert told["checks"][0]["status"] == "passed"
        opened.client.forget()
        opened.client.save(folder / "net.py", NET + "\n")
        assert opened.client.status("ready")["message"] == "Net: forward passed"
    answers = home / "state" / "torchready" / "trusted-folders.json"
    assert json.loads(answers.read_text()) == {str(folder): True}
    with workspace(folder, home=home, initializationOptions={}) as opened:
        asked = answering(opened, None)
        assert len(opened.client.command("torchready.verify")) == 1
        opened.client.command("torchready.forgetTrust")
        assert opened.client.command("torchready.verify") == []
        assert len(asked) == 1
    assert json.loads(answers.read_text()) == {}
