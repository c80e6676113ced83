"""The packed server runs in any Python 3.10 or newer that has nothing else; `nox -s client` packs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from tests.lsp.wire import PUSHED, Wire

from torchready import __version__

BUNDLE = Path(__file__).parents[2] / "vscode-client" / "bundled"
LAUNCH = BUNDLE / "launch.py"
PATIENCE_SECONDS = 60.0
NET = """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.relu(x)
"""
BROKEN = """\
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        raise ValueError("cannot")
"""


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter without any package."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False)
    return str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


def run(
    python: str, *arguments: str, cwd: Path = BUNDLE, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = [python, "-I", str(LAUNCH), *arguments]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_the_bundle_serves_a_python_that_has_nothing(bare_python: str, tmp_path: Path) -> None:
    client = Wire((bare_python, "-I", str(LAUNCH), "server"), PATIENCE_SECONDS)
    try:
        client.initialize()
        uri = (tmp_path / "net.py").as_uri()
        client.open(uri, NET)
        (found,) = client.published(uri, 1)
        assert (found["code"], found["range"]["start"]) == ("TR101", {"line": 6, "character": 15})
        assert client.leave() == 0
    finally:
        client.process.kill()


def test_what_is_wrong_in_a_configuration_is_at_its_place_without_the_compiled_parser(
    bare_python: str, tmp_path: Path
) -> None:
    configuration = tmp_path / "torchready.toml"
    configuration.write_text('select = ["TR"]\n\n[[model]]\ntarget = "net:Net"\ntimeout = "long"\n')
    client = Wire((bare_python, "-I", str(LAUNCH), "server"), PATIENCE_SECONDS)
    try:
        client.initialize(PUSHED, workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "models"}])
        client.open((tmp_path / "net.py").as_uri(), NET)
        (problem,) = client.published(configuration.as_uri())
        assert problem["range"]["start"] == {"line": 4, "character": 10}
    finally:
        client.process.kill()


def test_models_are_verified_in_an_interpreter_of_their_own(bare_python: str, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(BROKEN)
    (tmp_path / "torchready.toml").write_text(
        '[[model]]\ntarget = "net:Net"\ninputs = [{ shape = [1, 4] }]\nchecks = ["forward"]\n'
    )
    client = Wire((bare_python, "-I", str(LAUNCH), "server"), PATIENCE_SECONDS)
    try:
        folders = [{"uri": tmp_path.as_uri(), "name": "models"}]
        settings = {"trusted": True, "interpreter": sys.executable}
        client.initialize(PUSHED, workspaceFolders=folders, initializationOptions=settings)
        wanted = {"command": "torchready.verify", "arguments": [{"model": "net:Net"}]}
        (told,) = client.ask("workspace/executeCommand", wanted)
        (check,) = told["checks"]
        assert (check["status"], check["message"]) == (
            "failed",
            "forward fails on the dummy input: ValueError: cannot",
        )
    finally:
        client.process.kill()


def test_the_bundle_is_this_version(bare_python: str) -> None:
    assert run(bare_python, "--version").stdout == f"torchready {__version__}\n"


def test_the_environment_s_own_torchready_runs_when_that_is_asked_for(bare_python: str) -> None:
    assert run(sys.executable, "--from-environment", "--version").stdout == f"torchready {__version__}\n"
    missing = run(bare_python, "--from-environment", "--version")
    assert missing.returncode == 1
    assert "No module named 'torchready'" in missing.stderr


def test_nothing_of_the_opened_folder_is_imported(bare_python: str, tmp_path: Path) -> None:
    for name in ("click.py", "asyncio.py", "torchready.py", "sitecustomize.py"):
        (tmp_path / name).write_text("raise SystemExit('the folder ran')\n")
    ran = run(bare_python, "--version", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (ran.returncode, ran.stdout) == (0, f"torchready {__version__}\n")


def test_the_package_holds_what_runs_and_nothing_else(bare_python: str) -> None:
    assert run(bare_python, "--version").returncode == 0, "leaves compiled modules behind"
    npx = shutil.which("npx")
    assert npx is not None
    listing = [npx, "vsce", "ls", "--no-dependencies"]
    listed = subprocess.run(listing, cwd=BUNDLE.parent, capture_output=True, text=True, check=True).stdout
    files = [Path(line) for line in listed.splitlines()]
    assert {file.parts[0] for file in files} == {
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "bundled",
        "dist",
        "media",
        "package.json",
    }
    assert [file for file in files if file.suffix in {".map", ".pyc", ".ts", ".vsix"}] == []
    assert sum(file.match("bundled/licences/*") for file in files) > 10


def test_a_python_that_is_too_old_says_so(bare_python: str) -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 18); "
        f"sys.argv = ['launch.py', 'server']; runpy.run_path({str(LAUNCH)!r}, run_name='__main__')"
    )
    ran = subprocess.run([bare_python, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 64
    assert ran.stderr == f"torchready needs Python 3.10 or newer; {bare_python} is 3.9.18\n"
