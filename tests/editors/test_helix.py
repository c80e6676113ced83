"""Helix with the configuration of docs/editors/helix.md, in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.editors import sample
from tests.editors.conftest import configured
from tests.editors.programs import helix
from tests.editors.terminal import Terminal


@pytest.fixture
def terminal(workspace: Path, home: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    configured("helix.toml", home / ".config" / "helix" / "languages.toml")
    command, needed = helix()
    with Terminal([*command, sample.FILE], workspace, {**environment, **needed}) as terminal:
        yield terminal


def test_a_finding_is_shown_and_repaired(terminal: Terminal, workspace: Path, tmp_path: Path) -> None:
    path = workspace / sample.FILE
    before = path.read_text(encoding="utf-8")
    (row, start), (_, end) = sample.RANGE
    terminal.see("●")
    terminal.press(" d")
    terminal.see(f"WARN     {sample.CODE} `F.relu` is called as a function")

    # Choosing a finding selects its range, from the end to the start, and shows all of its message.
    terminal.press("\r")
    terminal.see(f"1 sel  {row + 1}:{start + 1}\n", sample.MESSAGE[:90], f"({sample.CODE})")
    selected = tmp_path / "selected.txt"
    terminal.press(f":pipe-to cat > {selected}\r")
    terminal.until(lambda: selected.exists() and selected.read_text() != "", "selected text")
    assert selected.read_text(encoding="utf-8") == before.splitlines()[row][start:end] == "F.relu"

    terminal.press(" a")
    terminal.see(sample.FIX, f"Disable {sample.CODE} for this line", "Fix all torchready problems")
    terminal.press("\r")
    terminal.see("self.relu = nn.ReLU()", "x = self.relu(self.conv(x))")
    terminal.until(lambda: "●" not in terminal.text, "end of the finding")
    terminal.press(":wq\r")
    terminal.ended()
    assert path.read_text(encoding="utf-8") == sample.fixed(before)
