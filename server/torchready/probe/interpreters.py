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
    """An interpreter, and why it was chosen, for a person."""

    python: str
    why: str


def choose_interpreter(
    config: Config, given: str | None = None, environment: Mapping[str, str] | None = None
) -> Choice | None:
    """The interpreter for a project; None when there is none at all. Nothing is started to find out.

    The configuration's `python` goes first, then what was `given` (the environment chosen in an editor), an active
    environment, our own interpreter if torch is installed there, and python3 on the search path. What somebody
    typed for this one time goes before the configuration: see `asked_for`.
    """
    variables = os.environ if environment is None else environment
    if config.interpreter is not None:
        return Choice(_found(config.interpreter), "from `python` in the configuration")
    if given:
        return asked_for(given)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        folder = variables.get(name)
        python = folder and _python_in(Path(folder))
        if python:
            return Choice(python, f"from the active environment ({name})")
    if find_spec("torch") is not None:
        return Choice(sys.executable, "from torchready's own environment")
    for command in ("python3", "python"):
        found = shutil.which(command, path=variables.get("PATH"))
        if found:
            return Choice(found, f"found as {command} on the search path")
    return None


def asked_for(python: str) -> Choice:
    return Choice(_found(python), "as asked for")


def _found(python: str) -> str:
    """A command name as its path; a folder of an environment as the interpreter in it."""
    path = Path(python).expanduser()
    if path.is_dir():
        return _python_in(path.absolute()) or str(path)
    if len(path.parts) == 1 and not path.exists():
        return shutil.which(python) or python
    # It is started in another folder. Not resolve(): a virtual environment's interpreter is a link.
    return os.path.normpath(path.absolute())


def _python_in(folder: Path) -> str | None:
    for place in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (folder / place).is_file():
            return str(folder / place)
    return None
