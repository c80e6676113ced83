"""Which interpreter runs the models."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from torchready.config import Config
from torchready.probe import interpreters
from torchready.probe.interpreters import Choice, asked_for, choose_interpreter


def environment(folder: Path) -> str:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return str(python)


def test_the_order_in_which_interpreters_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured, chosen = environment(tmp_path / "configured"), environment(tmp_path / "chosen")
    active, conda = environment(tmp_path / "active"), environment(tmp_path / "conda")
    config = Config(python="configured/bin/python", source=tmp_path / "torchready.toml")
    variables = {"VIRTUAL_ENV": str(tmp_path / "active"), "CONDA_PREFIX": str(tmp_path / "conda")}
    expected = Choice(configured, "from `python` in the configuration")
    assert choose_interpreter(config, chosen, variables) == expected
    assert choose_interpreter(Config(), chosen, variables) == Choice(chosen, "as asked for")
    expected = Choice(active, "from the active environment (VIRTUAL_ENV)")
    assert choose_interpreter(Config(), None, variables) == expected
    variables["VIRTUAL_ENV"] = str(tmp_path / "deleted")
    expected = Choice(conda, "from the active environment (CONDA_PREFIX)")
    assert choose_interpreter(Config(), None, variables) == expected
    expected = Choice(sys.executable, "from torchready's own environment")
    assert choose_interpreter(Config(), None, {}) == expected


def test_without_torch_beside_torchready_the_search_path_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreters, "find_spec", lambda name: None)
    python = tmp_path / "python3"
    python.symlink_to(sys.executable)
    expected = Choice(str(python), "found as python3 on the search path")
    assert choose_interpreter(Config(), None, {"PATH": str(tmp_path)}) == expected
    assert choose_interpreter(Config(), None, {"PATH": str(tmp_path / "empty")}) is None


def test_an_environment_stands_for_its_interpreter_and_a_path_counts_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = environment(tmp_path / "venv")
    monkeypatch.chdir(tmp_path)
    assert asked_for("venv").python == python
    assert asked_for("venv/bin/python").python == python
    assert asked_for("venv/bin/../bin/python").python == python
