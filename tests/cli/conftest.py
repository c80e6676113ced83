"""Runs of the command line, in this process where that makes no difference and as a process where it does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from torchready.cli.checking import engine_of
from torchready.cli.main import main


@dataclass(frozen=True)
class Outcome:
    code: int
    out: bytes
    err: bytes

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()

    @property
    def told(self) -> str:
        return self.err.decode()


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CI_PROJECT_DIR", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    # Click wraps its help to the terminal that the tests happen to run in.
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command in the temporary folder, with an engine that has not seen it before."""

    def run_here(*arguments: str) -> Outcome:
        engine_of.cache_clear()
        capfdbinary.readouterr()
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        printed = capfdbinary.readouterr()
        return Outcome(int(code), printed.out, printed.err)

    return run_here


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Run a command as a process of its own, with this on its standard input."""

    def run_it(*arguments: str, given: bytes = b"", **environment: str) -> Outcome:
        command = [sys.executable, "-m", "torchready", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, cwd=tmp_path, env=os.environ | environment, check=False
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run_it
