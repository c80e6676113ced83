"""The extension in the real VS Code: its tests, or one to try by hand.

`python -m tests.editors.vscode test EXTENSION PYTHON` runs the tests with the packed extension, and models with PYTHON.
`python -m tests.editors.vscode open EXTENSION PYTHON` serves the sample workspace until it is interrupted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import FrameType

from tests.editors.programs import MissingProgramError, program
from tests.editors.vscode.installation import CACHE, OLDEST, CodeServer, code_server, install_programs
from tests.editors.vscode.running import Workbench, serving

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "workspace"
RUNS = CACHE / "runs"
PICTURES = CACHE / "pictures"
BUNDLES = HERE / "dist"


def main() -> int:
    arguments = parsed()
    signal.signal(signal.SIGTERM, stop)
    try:
        install_programs()
        installed = code_server(arguments.version)
        if arguments.task == "open":
            return show(installed, arguments.extension, arguments.python)
    except MissingProgramError as error:
        sys.exit(f"vscode: {error}")
    node(installed, HERE / "build.mjs", str(BUNDLES), folder=HERE)
    PICTURES.mkdir(parents=True, exist_ok=True)
    codes = [SUITES[name](installed, arguments) for name in arguments.only or SUITES]
    return max(codes)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.editors.vscode")
    parser.add_argument("task", choices=["test", "open"])
    parser.add_argument("extension", type=Path, help="the .vsix")
    parser.add_argument("python", type=Path, help="the interpreter that runs models")
    parser.add_argument("--version", default=OLDEST, help="of code-server; `newest` is one")
    parser.add_argument("--only", action="append", choices=SUITES)
    return parser.parse_args()


def run_host(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The tests that run inside the extension host."""
    run, workspace = fresh("host")
    settings = {"torchready.interpreter": str(arguments.python)}
    with serving(
        installed, run, workspace, extension=arguments.extension, settings=settings, tests_inside=True
    ) as workbench:
        plan = {
            **shared(workbench),
            "extension": str(HERE / "host"),
            "tests": str(BUNDLES / "host" / "index.cjs"),
            "picture": str(PICTURES / "host.png"),
            "log": str(run / "window.log"),
        }
        return node(installed, BUNDLES / "run-host.mjs", written(run, plan))


def run_workbench(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The tests that use the window as a person does."""
    return use_window(installed, arguments, "workbench", trusted=True)


def run_trust(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """Those in a folder that nobody trusts yet."""
    return use_window(installed, arguments, "trust", trusted=False)


def use_window(installed: CodeServer, arguments: argparse.Namespace, name: str, *, trusted: bool) -> int:
    run, workspace = fresh(name)
    settings = {
        "torchready.interpreter": str(arguments.python),
        # The tests trust the folder themselves, later.
        "security.workspace.trust.startupPrompt": "never",
    }
    with serving(
        installed, run, workspace, extension=arguments.extension, settings=settings, trusted=trusted
    ) as workbench:
        plan = {**shared(workbench), "pictures": str(PICTURES), "isTrusted": trusted}
        return node(installed, BUNDLES / "workbench.mjs", written(run, plan))


def show(installed: CodeServer, extension: Path, python: Path) -> int:
    """Serve a copy of the sample workspace until somebody has seen enough."""
    run, workspace = fresh("open")
    settings = {"torchready.interpreter": str(python)}
    with serving(installed, run, workspace, extension=extension, settings=settings) as workbench:
        print(f"VS Code (code-server {installed.version}) with torchready: {workbench.address}")
        print(
            "Open classifier.py, put the cursor on F.relu and press Ctrl+. ; Ctrl+C here ends it.", flush=True
        )
        with suppress(KeyboardInterrupt, SystemExit):
            signal.pause()
    return 0


def stop(number: int, frame: FrameType | None) -> None:
    """Leave by the way that ends what was started."""
    sys.exit(128 + number)


def fresh(name: str) -> tuple[Path, Path]:
    """An empty folder for a run, and beside it a copy of the sample workspace."""
    run, workspace = RUNS / name, RUNS / f"{name}-workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    shutil.copytree(SAMPLE, workspace, ignore=shutil.ignore_patterns("__pycache__"))
    return run, workspace


def shared(workbench: Workbench) -> dict[str, str]:
    return {
        "base": workbench.base,
        "workspace": str(workbench.workspace),
        "chromium": program("chromium"),
    }


def written(run: Path, plan: Mapping[str, str | bool]) -> str:
    path = run / "plan.json"
    path.write_text(json.dumps(plan, indent=2), encoding="utf-8")
    return str(path)


def node(installed: CodeServer, script: Path, *arguments: str, folder: Path | None = None) -> int:
    command = [str(installed.node.program), str(script), *arguments]
    return subprocess.run(command, cwd=folder).returncode


SUITES = {"host": run_host, "workbench": run_workbench, "trust": run_trust}


if __name__ == "__main__":
    sys.exit(main())
