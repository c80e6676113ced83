"""First entries of models, and what is said when there is none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lsp.verifying import VERIFYING, Workspace, workspace, write
from tests.lsp.wire import Message, applied

NET = """\
from torch import nn


class Encoder(nn.Module):
    def __init__(self, vocab_size: int, dim: int = 8):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, dim)

    def forward(self, tokens):
        return self.embedding(tokens)


class Net(nn.Module):
    def __init__(self, classes, norm):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())

    def forward(self, x):
        return self.body(x)


class Plain:
    def forward(self, x):
        return x
"""
ENTRY = """\
[[model]]
target = "net.py:Encoder"
# guessed from the constructor's signature
kwargs = { vocab_size = 1000 }
inputs = [
    { shape = [1, 16], dtype = "int64", low = 0, high = 1000 },  # tokens: self.embedding begins with Embedding, num_embeddings vocab_size
]
on-save = true
"""  # noqa: E501
CREATING = {
    **VERIFYING,
    "workspace": {
        **VERIFYING["workspace"],
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"]},
    },
}
NAMES = {"Encoder": 3, "Net": 12, "Plain": 21}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Workspace]:
    write(tmp_path, net=NET)
    with workspace(tmp_path, CREATING) as there:
        there.open("net.py")
        yield there


def edits_of(opened: Workspace) -> list[Message]:
    """Accept edits; those that came."""
    edits: list[Message] = []

    def accept(params: Message) -> Message:
        edits.append(params["edit"])
        return {"applied": True}

    opened.client.answers["workspace/applyEdit"] = accept
    opened.client.answers["window/showDocument"] = lambda _: {"success": True}
    return edits


def configure_titles(opened: Workspace, line: int) -> list[str]:
    actions = opened.client.code_actions(opened.uri("net.py"), line, ["refactor"])
    return [action["title"] for action in actions]


def configure(opened: Workspace, name: str) -> bool:
    return opened.client.command("torchready.configureInput", {"uri": opened.uri("net.py"), "class": name})


def test_a_class_that_is_a_module_can_be_configured(opened: Workspace) -> None:
    assert configure_titles(opened, NAMES["Encoder"]) == ["Configure the dummy input of Encoder"]
    assert configure_titles(opened, NAMES["Plain"]) == []
    assert configure_titles(opened, NAMES["Encoder"] + 1) == []
    (action,) = opened.client.code_actions(opened.uri("net.py"), NAMES["Net"], ["refactor"])
    assert action["command"]["arguments"] == [{"uri": opened.uri("net.py"), "class": "Net"}]


def test_without_a_configuration_one_is_created_and_shown(opened: Workspace) -> None:
    edits = edits_of(opened)
    assert configure(opened, "Encoder") is True
    uri = opened.uri("torchready.toml")
    create, edit = edits[0]["documentChanges"]
    assert create == {"kind": "create", "uri": uri, "options": {"ignoreIfExists": True}}
    assert edit["textDocument"] == {"uri": uri, "version": None}
    assert applied("", {"documentChanges": [edit]}, uri) == ENTRY
    (shown,) = opened.client.said("window/showDocument")
    assert (shown["uri"], shown["selection"]["start"]) == (uri, {"line": 0, "character": 0})


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_rest_of_a_pyproject_stays_as_it_is(opened: Workspace, end: str) -> None:
    newline = end or "\n"
    before = f'# é{newline}[project]{newline}name   =  "x"{end}'
    opened.path("pyproject.toml").write_bytes(before.encode())
    edits = edits_of(opened)
    assert configure(opened, "Net") is True
    (edit,) = edits[0]["documentChanges"]
    after = applied(before, {"documentChanges": [edit]}, opened.uri("pyproject.toml"))
    assert after.startswith(before)
    assert after[len(before) :].replace("\r\n", "\n").lstrip("\n") == (
        "[[tool.torchready.model]]\n"
        'target = "net.py:Net"\n'
        "# no guess for norm: give it a value\n"
        "# guessed from the constructor's signature\n"
        "kwargs = { classes = 10 }\n"
        "inputs = [\n"
        '    { shape = [1, 3, 224, 224], dtype = "float32" },'
        "  # x: self.body begins with Conv2d, in_channels 3\n"
        "]\n"
        "on-save = true\n"
    )
    assert ("\r\n" in after) == (end == "\r\n")
    assert after.count("\r") in (0, after.count("\n"))


def test_a_class_that_has_an_entry_shows_it(opened: Workspace) -> None:
    opened.path("torchready.toml").write_text('profile = "aimet"\n\n' + ENTRY)
    opened.client.save(opened.path("net.py"))
    edits = edits_of(opened)
    assert configure_titles(opened, NAMES["Encoder"]) == []
    assert configure(opened, "Encoder") is True
    assert edits == []
    (shown,) = opened.client.said("window/showDocument")
    assert shown["selection"]["start"]["line"] == 3


def test_the_entry_that_was_written_works(tmp_path: Path) -> None:
    """Editors that apply no edits leave the writing to the server."""
    write(tmp_path, net=NET)
    capabilities = {**VERIFYING, "workspace": {"codeLens": {}}}
    with workspace(tmp_path, capabilities) as opened:
        opened.open("net.py")
        assert configure(opened, "Encoder") is True
        assert opened.path("torchready.toml").read_text() == ENTRY
        opened.client.save(opened.path("net.py"))
        (told,) = opened.client.command(
            "torchready.verify", {"model": "net.py:Encoder", "checks": ["forward"]}
        )
        assert told["checks"][0]["status"] == "passed"


def test_a_file_that_takes_no_more_entries_is_opened_instead(opened: Workspace) -> None:
    opened.path("torchready.toml").write_text('model = [{ target = "net.py:Net" }]\n')
    opened.client.save(opened.path("net.py"))
    edits = edits_of(opened)
    assert configure(opened, "Encoder") is False
    assert edits == []
    message = opened.client.said("window/showMessage")[0]["message"]
    assert "torchready cannot configure the model: torchready.toml" in message
    assert opened.client.said("window/showDocument")[0]["uri"] == opened.uri("torchready.toml")


def test_what_is_no_module_is_not_configured(opened: Workspace) -> None:
    assert configure(opened, "Plain") is False
    (told,) = opened.client.said("window/showMessage")
    assert told["message"] == ("torchready cannot configure Plain: net.py has no nn.Module of that name.")


@pytest.mark.parametrize(
    ("argument", "name"),
    [({"position": {"line": 5, "character": 0}}, "Encoder"), ({}, "Net")],
    ids=["under the cursor", "of the file"],
)
def test_verifying_what_has_no_entry_offers_to_write_one(
    opened: Workspace, argument: Message, name: str
) -> None:
    edits = edits_of(opened)
    button = f"Configure the dummy input of {name}"
    asked: list[Message] = []

    def press(params: Message) -> Message:
        asked.append(params)
        return {"title": button}

    opened.client.answers["window/showMessageRequest"] = press
    assert opened.client.command("torchready.verify", {"uri": opened.uri("net.py"), **argument}) == []
    opened.client.wait(lambda message: message.get("method") == "window/showDocument")
    assert [action["title"] for action in asked[0]["actions"]] == [button]
    assert len(edits) == 1


def test_a_broken_configuration_is_opened_at_its_mistake(opened: Workspace) -> None:
    opened.path("torchready.toml").write_text('[[model]]\ntarget = "net.py:Net"\nshape = 1\n')
    opened.client.save(opened.path("net.py"))
    edits_of(opened)
    opened.client.answers["window/showMessageRequest"] = lambda _: {"title": "Open torchready.toml"}
    assert opened.client.command("torchready.verify") == []
    shown = opened.client.wait(lambda message: message.get("method") == "window/showDocument")["params"]
    assert (shown["uri"], shown["selection"]["start"]["line"]) == (opened.uri("torchready.toml"), 2)
    (asked,) = opened.client.said("window/showMessageRequest")
    assert "torchready.toml:3:1: " in asked["message"]


def test_a_name_that_no_entry_has_is_told_with_those_that_are(opened: Workspace) -> None:
    opened.path("torchready.toml").write_text(ENTRY)
    opened.client.save(opened.path("net.py"))
    assert opened.client.command("torchready.verify", {"model": "net.py:Nat"}) == []
    opened.client.shown(opened.uri("net.py"))
    (asked,) = opened.client.said("window/showMessageRequest")
    assert asked["message"] == ("torchready: no entry for net.py:Nat. There are entries for net.py:Encoder.")
    assert asked["actions"] == [{"title": "Open torchready.toml"}]
