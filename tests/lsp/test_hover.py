"""What the editor shows over a finding, and over a rule's code in a comment."""

from __future__ import annotations

from typing import Any

import pytest
from tests.lsp.wire import PUSHED, Wire, wire, without

from torchready.rules.registry import RULES

URI = "file:///project/net.py"


def hover(client: Wire, uri: str, line: int, character: int) -> Any:
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    return client.ask("textDocument/hover", place)


def test_over_a_finding(pushed: Wire, uri: str) -> None:
    pushed.open(uri, "a = 'é'; x = F.relu(y)\nz = F.gelu(x)\nb = 1\n")
    pushed.published(uri)
    shown = hover(pushed, uri, 0, 15)
    assert shown["range"]["start"] == {"line": 0, "character": 13}
    assert shown["contents"]["kind"] == "markdown"
    assert "TR101 functional-layer" in shown["contents"]["value"]
    rule = next(rule for rule in RULES if rule.code == "TR101")
    assert rule.summary in shown["contents"]["value"]
    assert "Tools that work on modules" in shown["contents"]["value"], "why it is bad"
    assert "F.relu is a functional call" not in shown["contents"]["value"], (
        "the editor shows the message itself"
    )
    assert "*Safe fix: Use self.relu*" in shown["contents"]["value"]
    unsafe = hover(pushed, uri, 1, 4)["contents"]["value"]
    assert "Unsafe fix, never applied by “fix all”: Use self.gelu" in unsafe
    assert hover(pushed, uri, 2, 0) is None
    assert hover(pushed, uri, 70, 70) is None


def test_clients_without_markdown_get_plain_text() -> None:
    with wire(without(PUSHED, "textDocument", "hover")) as client:
        client.open(URI, "x = F.relu(y)\n")
        client.published(URI)
        contents = hover(client, URI, 0, 5)["contents"]
        assert contents["kind"] == "plaintext"
        assert "*" not in contents["value"]
        assert "](" not in contents["value"]


@pytest.mark.parametrize("rule", RULES[:3], ids=lambda rule: rule.code)
def test_over_a_code_in_a_comment(pushed: Wire, uri: str, rule: Any) -> None:
    pushed.open(uri, f"x = 1  # torchready: ignore[{rule.code}]\n{rule.code} = 1\n")
    pushed.published(uri)
    shown = hover(pushed, uri, 0, 30)
    assert shown["range"]["start"] == {"line": 0, "character": 28}
    assert rule.summary in shown["contents"]["value"]
    assert "## Why is this bad?" in shown["contents"]["value"]
    assert "## Example" not in shown["contents"]["value"]
    assert rule.url in shown["contents"]["value"]
    assert hover(pushed, uri, 1, 2) is None
