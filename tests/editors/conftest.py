"""A copy of the sample workspace, and a home of its own for the editor that opens it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONFIGURATIONS = HERE.parents[1] / "docs" / "editors"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HERE / "workspace", tmp_path / "workspace"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def environment(tmp_path: Path, home: Path) -> dict[str, str]:
    """Nothing of the person's own settings, and `torchready` on PATH, run by this interpreter."""
    commands = tmp_path / "bin"
    commands.mkdir()
    torchready = commands / "torchready"
    torchready.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m torchready "$@"\n')
    torchready.chmod(0o755)
    return {
        **os.environ,
        # Nothing else that is installed here: another server for Python would have findings of its own.
        "PATH": f"{commands}{os.pathsep}{os.defpath}",
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def configured(name: str, at: Path) -> None:
    """Copy a configuration from the documentation to where its first line says."""
    at.parent.mkdir(parents=True)
    shutil.copyfile(CONFIGURATIONS / name, at)
