"""What runs found, on the screen: merged with what the text says, and moved along with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lsp.verifying import VERIFYING, Workspace, workspace, write
from tests.lsp.wire import Message, places, pull

OUTDATED = " (from the last run: this line changed since)"
NET = """\
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 2)

    def forward(self, x):
        y = self.linear(x)
        z = F.relu(y)
        if y.dim() == 3:
            z = F.gelu(z)
        return self.reshape(z)

    def reshape(self, z):
        return z.view(3, 5)
"""
VIEW = 18
CONFIGURATION = """\
[[model]]
target = "net:Net"
inputs = [{ shape = [1, 4] }]
checks = ["forward"]
"""


class Editing:
    """The model's file in an editor."""

    def __init__(self, opened: Workspace) -> None:
        self.client = opened.client
        self.path = opened.path("net.py")
        self.uri = self.path.as_uri()
        self.version = 1
        self.path.write_text(NET)
        opened.open("net.py")

    def verify(self) -> None:
        self.client.command("torchready.verify")

    def change(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        self.version += 1
        self.client.change(self.uri, self.version, (start, end, text))
        self.client.published(self.uri, self.version)

    def shown(self, code: str) -> list[Message]:
        return [each for each in self.client.shown(self.uri) if each["code"] == code]

    def hints(self) -> list[tuple[int, int, str]]:
        return [
            (each["position"]["line"], each["position"]["character"], each["label"])
            for each in self.client.hints(self.path)
        ]

    def close(self) -> None:
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("findings")
    write(folder, net=NET, torchready=CONFIGURATION)
    with workspace(folder) as opened:
        yield opened


@pytest.fixture
def net(server: Workspace) -> Iterator[Editing]:
    """The model as it was at first, just verified."""
    editing = Editing(server)
    editing.verify()
    server.client.forget()
    yield editing
    editing.close()


def test_what_failed_stands_at_its_line(net: Editing) -> None:
    net.change((0, 0), (0, 0), "\n")
    (found,) = net.shown("TR481")
    assert places([found]) == [(VIEW + 1, 15, 27)]
    assert found["severity"] == 1
    assert "shape '[3, 5]' is invalid for input of size 2" in found["message"]


def test_a_finding_whose_line_is_edited_is_outdated_until_that_is_undone(net: Editing) -> None:
    net.change((0, 0), (0, 0), "# one line more\n")
    (before,) = net.shown("TR481")
    net.change((VIEW + 1, 22), (VIEW + 1, 23), "4")
    (outdated,) = net.shown("TR481")
    assert (outdated["message"], outdated["severity"]) == (before["message"] + OUTDATED, 4)
    assert places([outdated]) == [(VIEW + 1, 8, 27)]
    net.change((VIEW + 1, 22), (VIEW + 1, 23), "3")
    assert net.shown("TR481") == [before]


def test_a_finding_whose_line_is_gone_is_gone(net: Editing) -> None:
    net.change((VIEW, 0), (VIEW + 1, 0), "")
    assert net.shown("TR481") == []


def test_a_finding_that_the_next_run_does_not_see_is_gone(net: Editing) -> None:
    """The command runs what the editor has, saved or not."""
    net.change((VIEW, 15), (VIEW, 27), "z")
    net.verify()
    assert net.shown("TR481") == []


def test_reuse_that_the_run_shows_is_shown_with_what_the_text_says(net: Editing) -> None:
    net.change((VIEW, 15), (VIEW, 27), "self.linear(self.cut(z))")
    net.change((VIEW + 1, 0), (VIEW + 1, 0), "\n    def cut(self, z):\n        return torch.cat([z, z], 1)\n")
    net.verify()
    (reused,) = net.shown("TR201")
    assert places([reused]) == [(VIEW, 15, 26)]
    hover = {"textDocument": {"uri": net.uri}, "position": {"line": VIEW, "character": 18}}
    said = net.client.ask("textDocument/hover", hover)["contents"]["value"]
    assert "*Read in the code, and seen when the model ran.*" in said


def test_a_text_that_changed_refutes_nothing(net: Editing) -> None:
    """The run saw one call of the layer; the second one was typed since."""
    net.change((VIEW, 15), (VIEW, 27), "z")
    net.verify()
    net.change((11, 0), (11, 0), "        x = self.linear(x)\n")
    (reused,) = net.shown("TR201")
    assert reused["severity"] == 2
    assert "not seen when the model ran" not in reused["message"]


def test_hints_show_shapes_until_the_code_above_changes(net: Editing) -> None:
    shapes = [(10, 23, ": float32[1, 4]"), (11, 9, ": float32[1, 2]"), (12, 9, ": float32[1, 2]")]
    net.change((VIEW, 15), (VIEW, 27), "z")
    net.verify()
    assert net.hints()[:3] == shapes
    net.change((12, 8), (12, 8), "# a comment changes nothing\n        ")
    assert net.hints()[:3] == [*shapes[:2], (13, 9, ": float32[1, 2]")]
    net.change((11, 28 - 2), (11, 28 - 2), " + 1")
    assert net.hints()[:2] == [shapes[0], (13, 9, ": was float32[1, 2]")]


def test_a_shape_does_not_repeat_the_colon_of_an_annotation(net: Editing) -> None:
    net.change((VIEW, 15), (VIEW, 27), "z")
    net.change((10, 23), (10, 23), ": object")
    net.change((11, 9), (11, 9), ": object")
    net.verify()
    shapes = [(10, 31, " float32[1, 4]"), (11, 9, " float32[1, 2]"), (12, 9, ": float32[1, 2]")]
    assert net.hints()[:3] == shapes


def test_hints_and_lenses_are_drawn_anew_after_a_run(net: Editing) -> None:
    net.verify()
    assert net.client.said("workspace/codeLens/refresh") != []
    assert net.client.said("workspace/inlayHint/refresh") != []


def test_the_lens_says_that_the_code_changed(net: Editing) -> None:
    net.change((VIEW, 22), (VIEW, 23), "4")
    assert net.client.lenses(net.path)[0]["command"]["title"].endswith(" (the code changed since)")


def test_the_full_report_is_a_document(net: Editing) -> None:
    (found,) = net.shown("TR481")
    (place,) = found["relatedInformation"]
    assert place["message"] == "full report: forward of Net"
    uri = place["location"]["uri"]
    assert uri.startswith("torchready:/Net%20forward.txt?")
    text = net.client.ask("torchready/document", {"uri": uri})["text"]
    assert text.startswith("net:Net\n=======\n\nforward: failed after ")
    assert f"{net.path}:{VIEW + 1}:16: TR481 forward fails on the dummy input" in text
    assert "Traceback (most recent call last)" in text
    actions = [action["title"] for action in net.client.code_actions(net.uri, VIEW, ["quickfix"])]
    assert actions[0] == "Show the full report: forward of Net"
    assert "Open the entry of Net in the configuration" in actions
    assert net.client.command("torchready.showDetail", {"uri": uri}) == uri
    assert net.client.said("window/showDocument")[-1]["uri"] == uri


def test_a_report_that_is_no_more(net: Editing) -> None:
    text = net.client.ask("torchready/document", {"uri": "torchready:/Net%20onnx.txt?0123"})["text"]
    assert text.startswith("There is no such report any more")


def test_the_entry_of_a_model_is_opened_at_its_place(net: Editing) -> None:
    assert net.client.command("torchready.openEntry", {"model": "net:Net"}) is True
    shown = net.client.said("window/showDocument")[-1]
    assert shown["uri"] == (net.path.parent / "torchready.toml").as_uri()
    assert shown["selection"]["start"]["line"] == 1


def test_the_report_of_a_model_is_at_the_places_of_now(net: Editing) -> None:
    net.change((0, 0), (0, 0), "\n")
    report = net.client.ask("torchready/report", {"model": "net:Net"})
    assert (report["model"], report["passed"]) == ("net:Net", False)
    assert report["place"]["location"] == {"row": 7, "column": 7}
    assert [each["code"] for each in report["findings"]] == ["TR101", "TR101", "TR481"]
    assert net.client.ask("torchready/report", {"model": "net:Other"}) is None


def test_a_file_that_is_closed_keeps_what_the_run_found(net: Editing) -> None:
    net.close()
    assert [places([each]) for each in net.shown("TR481")] == [[(VIEW, 15, 27)]]
    net.path.write_text(NET.replace("3, 5", "1, 2"))
    changes = [{"uri": net.uri, "type": 2}]
    net.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    (outdated,) = net.shown("TR481")
    assert outdated["severity"] == 4


def test_a_pulling_client_is_told_to_pull_what_a_run_found(tmp_path: Path) -> None:
    write(tmp_path, net=NET, torchready=CONFIGURATION)
    capabilities = {
        **VERIFYING,
        "textDocument": {**VERIFYING["textDocument"], "diagnostic": {}},
        "workspace": {**VERIFYING["workspace"], "diagnostics": {"refreshSupport": True}},
    }
    uri = (tmp_path / "net.py").as_uri()
    with workspace(tmp_path, capabilities) as opened:
        opened.client.open(uri, NET)
        codes = [each["code"] for each in opened.client.ask("textDocument/diagnostic", pull(uri))["items"]]
        assert codes == ["TR101", "TR101"]
        opened.client.command("torchready.verify")
        assert opened.client.said("workspace/diagnostic/refresh") != []
        codes = [each["code"] for each in opened.client.ask("textDocument/diagnostic", pull(uri))["items"]]
        assert codes == ["TR101", "TR101", "TR481"]
        assert opened.client.said("textDocument/publishDiagnostics") == []


def test_an_editor_that_knows_no_report_documents_gets_a_file(tmp_path: Path) -> None:
    write(tmp_path, net=NET, torchready=CONFIGURATION)
    home = tmp_path / "home"
    state = home / "state" / "torchready"
    state.mkdir(parents=True)
    (state / "trusted-folders.json").write_text(json.dumps({str(tmp_path): True}))
    with workspace(tmp_path, home=home, initializationOptions={}) as opened:
        opened.open("net.py")
        opened.client.command("torchready.verify")
        opened.client.answers["window/showDocument"] = lambda _: {"success": True}
        _, report = opened.client.lenses(opened.path("net.py"))
        (argument,) = report["command"]["arguments"]
        path = Path(opened.client.command("torchready.showDetail", argument))
        assert path == home / "cache" / "torchready" / "reports" / "Net-report.txt"
        assert "Traceback (most recent call last)" in path.read_text()
        assert opened.client.said("window/showDocument")[-1]["uri"] == path.as_uri()
        found = opened.client.shown(opened.uri("net.py"))
        assert not any("relatedInformation" in each for each in found)


def test_a_model_that_leaves_the_configuration_takes_its_findings_along(tmp_path: Path) -> None:
    write(tmp_path, net=NET, torchready=CONFIGURATION)
    with workspace(tmp_path) as opened:
        opened.open("net.py")
        opened.client.command("torchready.verify")
        assert [each["code"] for each in opened.client.shown(opened.uri("net.py"))][-1] == "TR481"
        (tmp_path / "torchready.toml").write_text("")
        changes = [{"uri": opened.uri("torchready.toml"), "type": 2}]
        opened.client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
        opened.client.published(opened.uri("net.py"))
        assert [each["code"] for each in opened.client.shown(opened.uri("net.py"))] == ["TR101", "TR101"]
        assert opened.client.lenses(opened.path("net.py")) == []


def test_suppressed_and_ignored_findings_of_runs_are_not_shown(tmp_path: Path) -> None:
    quiet = NET.replace("z.view(3, 5)", "z.view(3, 5)  # torchready: ignore[TR481]")
    write(tmp_path, net=quiet, torchready=CONFIGURATION)
    with workspace(tmp_path) as opened:
        opened.open("net.py")
        (told,) = opened.client.command("torchready.verify")
        assert told["checks"][0]["status"] == "failed"
        assert "TR481" not in [each["code"] for each in opened.client.shown(opened.uri("net.py"))]


def test_settings_hold_for_what_an_earlier_run_found(net: Editing) -> None:
    assert len(net.shown("TR481")) == 1
    for ignored in (["TR481"], []):
        settings = {"settings": {"torchready": {"ignore": ignored}}}
        net.client.notify("workspace/didChangeConfiguration", settings)
        net.change((0, 0), (0, 0), "\n")
        assert len(net.shown("TR481")) == (0 if ignored else 1)
