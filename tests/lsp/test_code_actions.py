"""Quick fixes, "fix all" and "disable"."""

from __future__ import annotations

from typing import Any

import pytest
from tests.lsp.wire import PUSHED, Wire, applied, wire, without

URI = "file:///project/actions.py"
TEXT = "x = F.relu(y)\nz = F.gelu(x)\n\nw = F.relu(z)\n"


@pytest.fixture(scope="module")
def client(pushed: Wire) -> Wire:
    pushed.open(URI, TEXT, version=5)
    pushed.published(URI)
    return pushed


def titles(actions: list[dict[str, Any]]) -> list[str]:
    return [action["title"] for action in actions]


def test_a_safe_fix_is_preferred_and_versioned(client: Wire) -> None:
    fix = client.code_actions(URI, 0, ["quickfix"])[0]
    assert (fix["title"], fix["kind"], fix["isPreferred"]) == ("Use self.relu", "quickfix", True)
    assert fix["edit"]["documentChanges"][0]["textDocument"] == {"uri": URI, "version": 5}
    assert applied(TEXT, fix["edit"], URI) == TEXT.replace("F.relu", "self.relu", 1)


def test_an_unsafe_fix_says_so_and_is_not_preferred(client: Wire) -> None:
    fix = client.code_actions(URI, 1, ["quickfix"])[0]
    assert fix["title"] == "(unsafe) Use self.gelu"
    assert "isPreferred" not in fix


def test_disabling_for_the_line_and_for_the_file(client: Wire) -> None:
    line, file = client.code_actions(URI, 1, ["quickfix"])[1:]
    assert titles([line, file]) == ["Disable TR101 for this line", "Disable TR101 for this file"]
    assert not any("isPreferred" in action for action in (line, file))
    disabled = applied(TEXT, line["edit"], URI)
    assert disabled == TEXT.replace("F.gelu(x)\n", "F.gelu(x)  # torchready: ignore[TR101]\n")
    assert applied(TEXT, file["edit"], URI) == "# torchready: ignore-file[TR101]\n" + TEXT


def test_nothing_where_nothing_was_found(client: Wire) -> None:
    assert client.code_actions(URI, 2, ["quickfix"]) == []


@pytest.mark.parametrize(
    "only", [["source"], ["source.fixAll"], ["source.fixAll.torchready"], ["refactor", "source.fixAll"]]
)
def test_fix_all_by_any_kind_above_it(client: Wire, only: list[str]) -> None:
    (action,) = client.code_actions(URI, 2, only)
    assert action["kind"] == "source.fixAll.torchready"
    assert "diagnostics" not in action
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"]["version"] == 5
    assert len(change["edits"]) == 2
    assert applied(TEXT, action["edit"], URI) == TEXT.replace("F.relu", "self.relu")


@pytest.mark.parametrize("only", [["refactor"], ["source.organizeImports"], ["source.fix"], ["quick"]])
def test_other_kinds_get_nothing(client: Wire, only: list[str]) -> None:
    assert client.code_actions(URI, 0, only) == []


def test_the_menu_offers_fixes_and_fix_all(client: Wire) -> None:
    assert titles(client.code_actions(URI, 0)) == [
        "Use self.relu",
        "Fix all 2 TR101 (functional-layer) in this file",
        "Disable TR101 for this line",
        "Disable TR101 for this file",
        "Fix all torchready problems",
    ]


def test_fix_all_is_not_offered_without_a_safe_fix(client: Wire) -> None:
    client.open("file:///project/unsafe.py", "z = F.gelu(x)\n")
    client.published("file:///project/unsafe.py")
    assert client.code_actions("file:///project/unsafe.py", 0, ["source.fixAll"]) == []


def test_edits_after_a_change_are_for_the_new_text(client: Wire) -> None:
    uri = "file:///project/changed.py"
    client.open(uri, TEXT)
    client.change(uri, 2, ((0, 0), (0, 0), "\n\n"))
    fix = client.code_actions(uri, 2, ["quickfix"])[0]
    assert fix["edit"]["documentChanges"][0]["textDocument"]["version"] == 2
    assert applied("\n\n" + TEXT, fix["edit"], uri) == "\n\n" + TEXT.replace("F.relu", "self.relu", 1)


def test_clients_without_versioned_edits_get_plain_ones() -> None:
    with wire(without(PUSHED, "workspace", "workspaceEdit")) as client:
        client.open(URI, TEXT)
        client.published(URI)
        fix = client.code_actions(URI, 0)[0]
        assert "documentChanges" not in fix["edit"]
        assert applied(TEXT, fix["edit"], URI) == TEXT.replace("F.relu", "self.relu", 1)


def test_fix_all_is_computed_when_it_is_chosen(pulling: Wire, uri: str) -> None:
    pulling.open(uri, TEXT)
    (action,) = pulling.code_actions(uri, 0, ["source.fixAll"])
    assert "edit" not in action
    pulling.change(uri, 2, ((0, 0), (1, 0), ""))
    resolved = pulling.ask("codeAction/resolve", action)
    rest = TEXT.partition("\n")[2]
    assert applied(rest, resolved["edit"], uri) == rest.replace("F.relu", "self.relu")
    assert resolved["edit"]["documentChanges"][0]["textDocument"]["version"] == 2


def test_fix_all_of_a_rule_leaves_other_rules_alone(pulling: Wire, uri: str) -> None:
    text = TEXT + "v = F.silu(w)\nu = F.silu(v)\n"
    pulling.open(uri, text)
    action = next(one for one in pulling.code_actions(uri, 4) if one["title"].startswith("Fix all 2 TR105"))
    assert (action["kind"], "edit" in action) == ("quickfix", False)
    resolved = pulling.ask("codeAction/resolve", action)
    assert applied(text, resolved["edit"], uri) == text.replace("F.silu", "self.silu")


def test_fix_all_of_a_rule_for_one_finding_is_its_quick_fix(pulling: Wire, uri: str) -> None:
    pulling.open(uri, TEXT.replace("w = F.relu", "w = F.silu"))
    assert not any(one["title"].startswith("Fix all 1") for one in pulling.code_actions(uri, 0))


def test_clients_that_resolve_nothing_get_a_command_for_a_rule() -> None:
    with wire(without(PUSHED, "textDocument", "codeAction", "resolveSupport")) as client:
        client.open(URI, TEXT + "v = F.silu(w)\n")
        client.published(URI)
        action = client.code_actions(URI, 0, ["quickfix"])[1]
        assert action["command"]["arguments"] == [URI, "TR101"]
        request_id = client.new_id()
        parameters = {"command": "torchready.applyFixAll", "arguments": [URI, "TR101"]}
        client.send({"id": request_id, "method": "workspace/executeCommand", "params": parameters})
        apply = client.wait(lambda message: message.get("method") == "workspace/applyEdit")
        assert apply["params"]["label"] == "Fix all TR101 problems"
        wanted = TEXT.replace("F.relu", "self.relu") + "v = F.silu(w)\n"
        assert applied(TEXT + "v = F.silu(w)\n", apply["params"]["edit"], URI) == wanted
        client.send({"id": apply["id"], "result": {"applied": True}})
        assert client.answer(request_id)["result"] is True


def test_clients_without_code_action_objects_get_a_command() -> None:
    with wire(without(PUSHED, "textDocument", "codeAction")) as client:
        client.open(URI, TEXT)
        client.published(URI)
        (command,) = client.code_actions(URI, 0)
        assert command["command"] == "torchready.applyFixAll"
        request_id = client.new_id()
        client.send(
            {
                "id": request_id,
                "method": "workspace/executeCommand",
                "params": {"command": command["command"], "arguments": command["arguments"]},
            }
        )
        apply = client.wait(lambda message: message.get("method") == "workspace/applyEdit")
        assert applied(TEXT, apply["params"]["edit"], URI) == TEXT.replace("F.relu", "self.relu")
        client.send({"id": apply["id"], "result": {"applied": True}})
        assert client.answer(request_id)["result"] is True


def test_fix_all_of_a_document_that_is_not_open(client: Wire) -> None:
    params = {"command": "torchready.applyFixAll", "arguments": ["file:///project/closed.py"]}
    error = client.request("workspace/executeCommand", params)["error"]
    assert error["code"] == -32602
    assert "file:///project/closed.py is not open" in error["message"]
