"""A code-server at work: on the loopback only, with a home of its own, and gone afterwards with all it started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.editors.vscode.installation import CodeServer

LIMIT_SECONDS = 90
PAUSE_SECONDS = 0.1
# Everything that descends from a code-server carries this variable, whatever session it moved to.
MARK = "TORCHREADY_CODE_SERVER"
# Nothing listens here: no extension is looked for outside.
NO_GALLERY = {
    "serviceUrl": "http://127.0.0.1:9/gallery",
    "itemUrl": "http://127.0.0.1:9/item",
    "resourceUrlTemplate": "http://127.0.0.1:9/{path}",
}
SETTINGS: dict[str, Any] = {
    "workbench.colorTheme": "Default Light Modern",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    # The newest versions open a chat at the side.
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "files.autoSave": "off",
    "git.enabled": False,
    "extensions.ignoreRecommendations": True,
}


@dataclass(frozen=True)
class Workbench:
    """A folder open in a running code-server."""

    base: str
    workspace: Path

    @property
    def address(self) -> str:
        return f"{self.base}/?folder={quote(str(self.workspace))}"


@contextmanager
def serving(
    code_server: CodeServer,
    run: Path,
    workspace: Path,
    *,
    extension: Path,
    settings: Mapping[str, Any],
    variables: Mapping[str, str] | None = None,
    trusted: bool = True,
    tests_inside: bool = False,
) -> Generator[Workbench]:
    """Serve the workspace with the extension (a .vsix) from a fresh folder, and end all of it afterwards."""
    environment = {**_prepare(run, {**SETTINGS, **settings}), **(variables or {})}
    command = [*code_server.command, "--config", str(run / "config.yaml")]
    command += ["--user-data-dir", str(run / "user"), "--extensions-dir", str(run / "extensions")]
    with (run / "code-server.log").open("wb") as log:
        subprocess.run(
            [*command, "--install-extension", str(extension)],
            env=environment,
            stdout=log,
            stderr=log,
            check=True,
        )
        port = _free_port()
        options = ["--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--disable-telemetry"]
        options += ["--disable-update-check", "--disable-getting-started-override", "--disable-proxy"]
        if trusted:
            options.append("--disable-workspace-trust")
        if tests_inside and code_server.has_smoke_test_driver:
            options += ["--vscode-option", "enable-smoke-test-driver"]
        process = subprocess.Popen(
            [*command, *options],
            env=environment,
            cwd=workspace,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        _wait_until_healthy(base, process, run / "code-server.log")
        yield Workbench(base, workspace)
    finally:
        _end(process, str(run))


def _prepare(run: Path, settings: Mapping[str, Any]) -> dict[str, str]:
    """An empty folder with settings in it, and an environment that knows no other home."""
    shutil.rmtree(run, ignore_errors=True)
    home = run / "home"
    home.mkdir(parents=True)
    # In the mode for tests inside, newer versions read those of the machine only.
    for place in ("User", "Machine"):
        (run / "user" / place).mkdir(parents=True)
        (run / "user" / place / "settings.json").write_text(json.dumps(settings, indent=2), encoding="utf-8")
    (run / "config.yaml").write_text("auth: none\ncert: false\n", encoding="utf-8")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("VSCODE_")}
    return {
        **inherited,
        MARK: str(run),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_STATE_HOME": str(home / ".local" / "state"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "EXTENSIONS_GALLERY": json.dumps(NO_GALLERY),
        "LANG": "C.UTF-8",
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_healthy(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + LIMIT_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if _answers(f"{base}/healthz"):
            return
        time.sleep(PAUSE_SECONDS)
    raise RuntimeError(f"code-server does not answer:\n{log.read_text(encoding='utf-8', errors='replace')}")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address):
            return True
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the server with its group, and make sure that nothing it started is left."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
    end = time.monotonic() + LIMIT_SECONDS
    while (left := _descendants(mark)) and time.monotonic() < end:
        process.poll()
        time.sleep(PAUSE_SECONDS)
    for each in left:
        os.kill(each, signal.SIGKILL)
    process.wait()
    if left:
        raise RuntimeError(f"code-server ended, but left {len(left)} processes behind")


def _descendants(mark: str) -> list[int]:
    """The processes that carry the mark in their environment."""
    wanted = f"{MARK}={mark}\0".encode()
    processes = [folder for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [int(folder.name) for folder in processes if wanted in _environment(folder)]


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""  # It is gone, or somebody else's.
