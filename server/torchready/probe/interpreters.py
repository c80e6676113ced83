"""Which interpreter runs the user's models."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from torchready.config import Config


@dataclass(frozen=True, slots=True)
class Choice:
    """An interpreter, and why it was chosen, as in "python from {why}"."""

    python: str
    why: str


def choose_interpreter(
    config: Config, given: str | None = None, environment: Mapping[str, str] | None = None
) -> Choice | None:
    """The interpreter for a project; None when there is none at all. Nothing is started to find out.

    The configuration's `python` goes first, then what was `given` (by an option, or by an editor that knows),
    an active environment, our own interpreter if torch is installed there, and python3 on the search path.
    """
    variables = os.environ if environment is None else environment
    if config.interpreter is not None:
        return Choice(_found(config.interpreter), "`python` in the configuration")
    if given:
        return Choice(_found(given), "what was asked for")
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        folder = variables.get(name)
        python = folder and _python_in(Path(folder))
        if python:
            return Choice(python, f"the active environment ({name})")
    if find_spec("torch") is not None:
        return Choice(sys.executable, "torchready's own environment")
    for command in ("python3", "python"):
        found = shutil.which(command, path=variables.get("PATH"))
        if found:
            return Choice(found, f"{command} on the search path")
    return None


def _found(python: str) -> str:
    """A command name as its path; a folder of an environment as the interpreter in it."""
    path = Path(python).expanduser()
    if path.is_dir():
        return _python_in(path) or str(path)
    if len(path.parts) == 1 and not path.exists():
        return shutil.which(python) or python
    return str(path)


def _python_in(folder: Path) -> str | None:
    for place in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (folder / place).is_file():
            return str(folder / place)
    return None
