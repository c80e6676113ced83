"""Neovim with the configuration of docs/editors/neovim.md, in a terminal."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.editors import sample
from tests.editors.conftest import configured
from tests.editors.programs import program
from tests.editors.terminal import Terminal


class Neovim:
    def __init__(self, terminal: Terminal, address: Path) -> None:
        self.terminal = terminal
        self._address = address

    def evaluate(self, lua: str) -> Any:
        command = [program("nvim"), "--server", str(self._address), "--remote-expr"]
        shown = subprocess.run(
            [*command, f"luaeval('vim.fn.json_encode({lua})')"], capture_output=True, text=True, check=True
        )
        # Neovim 0.7 prints the value to one stream, newer ones to the other.
        return json.loads(shown.stdout or shown.stderr)

    def diagnostics(self) -> list[dict[str, Any]]:
        return self.evaluate("vim.diagnostic.get(0)")


@pytest.fixture
def neovim(workspace: Path, home: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[Neovim]:
    configured("neovim.lua", home / ".config" / "nvim" / "plugin" / "torchready.lua")
    address = tmp_path / "neovim.socket"
    command = [program("nvim"), "--listen", str(address), sample.FILE]
    with Terminal(command, workspace, environment) as terminal:
        terminal.until(address.exists, "socket")
        yield Neovim(terminal, address)


def test_a_finding_is_shown_and_repaired(neovim: Neovim, workspace: Path) -> None:
    path = workspace / sample.FILE
    before = path.read_text(encoding="utf-8")
    terminal = neovim.terminal
    terminal.see("`F.relu` is called as a function")
    (found,) = neovim.diagnostics()
    assert (found["lnum"], found["col"]) == sample.RANGE[0]
    assert (found["end_lnum"], found["end_col"]) == sample.RANGE[1]
    assert (found["user_data"]["lsp"]["code"], found["source"]) == (sample.CODE, "torchready")
    assert found["message"] == sample.MESSAGE

    terminal.press("]dgra")
    terminal.see(f"1: {sample.FIX}")
    terminal.press("1\r")
    terminal.see("self.relu = nn.ReLU()", "x = self.relu(self.conv(x))")
    terminal.until(lambda: neovim.diagnostics() == [], "end of the finding")
    terminal.press(":wq\r")
    terminal.ended()
    assert path.read_text(encoding="utf-8") == sample.fixed(before)
