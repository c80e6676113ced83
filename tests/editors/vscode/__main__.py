"""The extension in the real VS Code: its tests, or one to try by hand.

`python -m tests.editors.vscode test EXTENSION PYTHON` runs the tests with the packed extension, and models with PYTHON.
`python -m tests.editors.vscode open EXTENSION PYTHON` serves the sample workspace until it is interrupted.
`python -m tests.editors.vscode pictures EXTENSION PYTHON` retakes the pictures of the window in docs/pictures.
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

from tests.editors.programs import PROJECT, MissingProgramError, program
from tests.editors.vscode.installation import CACHE, OLDEST, CodeServer, code_server, install_programs
from tests.editors.vscode.running import Workbench, serving

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "workspace"
RUNS = CACHE / "runs"
PICTURES = CACHE / "pictures"
BUNDLES = HERE / "dist"
DOCUMENTED = PROJECT / "docs" / "pictures"
# The tests' pictures that the documentation shows.
SHOWN = {"quick-fix": "editor-fix", "failing": "editor-failure", "report": "editor-report"}


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
    if arguments.task == "pictures":
        return take_pictures(installed, arguments)
    codes = [SUITES[name](installed, arguments) for name in arguments.only or SUITES]
    return max(codes)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.editors.vscode")
    parser.add_argument("task", choices=["test", "open", "pictures"])
    parser.add_argument("extension", type=Path, help="the .vsix")
    parser.add_argument("python", type=Path, help="the interpreter that runs models")
    parser.add_argument("--version", default=OLDEST, help="of code-server; `newest` is one")
    parser.add_argument("--only", action="append", choices=SUITES)
    return parser.parse_args()


def run_host(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The tests that run inside the extension host."""
    settings = {"torchready.interpreter": str(arguments.python)}
    return run_inside(installed, arguments, "host", settings=settings, beside=HERE / "host", tests="index")


def run_python(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """Those beside Microsoft's extension for Python."""
    return run_beside(installed, arguments, "python")


def run_environments(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The same beside its newer extension for environments."""
    return run_beside(installed, arguments, "environments")


def run_beside(installed: CodeServer, arguments: argparse.Namespace, name: str) -> int:
    settings = {"python.defaultInterpreterPath": str(arguments.python)}
    stub = BUNDLES / "stubs" / name
    return run_inside(installed, arguments, name, settings=settings, beside=stub, tests="environments")


def run_inside(
    installed: CodeServer,
    arguments: argparse.Namespace,
    name: str,
    *,
    settings: Mapping[str, str],
    beside: Path,
    tests: str,
) -> int:
    """Tests inside the extension host, `beside` another extension there."""
    run, workspace = fresh(name)
    with serving(
        installed, run, workspace, extension=arguments.extension, settings=settings, tests_inside=True
    ) as workbench:
        plan = {
            **shared(workbench),
            "extension": str(beside),
            "tests": str(BUNDLES / "host" / f"{tests}.cjs"),
            "picture": str(PICTURES / f"{name}.png"),
            "log": str(run / "window.log"),
        }
        return node(installed, BUNDLES / "run-host.mjs", written(run, plan))


def run_workbench(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The tests that use the window as a person does."""
    settings = {
        "torchready.interpreter": str(arguments.python),
        "editor.codeActionsOnSave": {"source.fixAll.torchready": "explicit"},
    }
    return use_window(installed, arguments, "workbench", settings)


def run_trust(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """Those in a folder that nobody trusts yet."""
    settings = {
        "torchready.interpreter": str(arguments.python),
        # The tests trust the folder themselves, later.
        "security.workspace.trust.startupPrompt": "never",
    }
    return use_window(installed, arguments, "trust", settings, trusted=False)


def run_install(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """Those in an environment that lacks the torchready which the settings ask for."""
    environment, wheels = RUNS / "environment", RUNS / "wheels"
    for folder in (environment, wheels):
        shutil.rmtree(folder, ignore_errors=True)
    python = str(arguments.python)
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    pip = [python, "-m", "pip", "--quiet", "wheel", "--no-deps", "--wheel-dir", str(wheels), str(PROJECT)]
    subprocess.run(pip, check=True)
    settings = {
        "torchready.importStrategy": "fromEnvironment",
        "torchready.interpreter": str(environment / "bin" / "python"),
    }
    # What it requires comes from the index.
    variables = {"PIP_FIND_LINKS": str(wheels)}
    return use_window(installed, arguments, "install", settings, variables=variables)


def use_window(
    installed: CodeServer,
    arguments: argparse.Namespace,
    name: str,
    settings: Mapping[str, object],
    *,
    variables: Mapping[str, str] | None = None,
    trusted: bool = True,
) -> int:
    run, workspace = fresh(name)
    with serving(
        installed,
        run,
        workspace,
        extension=arguments.extension,
        settings=settings,
        variables=variables,
        trusted=trusted,
    ) as workbench:
        plan = {**shared(workbench), "pictures": str(PICTURES), "tests": name}
        return node(installed, BUNDLES / "workbench.mjs", written(run, plan))


def take_pictures(installed: CodeServer, arguments: argparse.Namespace) -> int:
    """The pictures of the documentation: of the window as the tests see it, and of a report in a browser."""
    failed = run_workbench(installed, arguments)
    if failed:
        return failed
    for taken, shown in SHOWN.items():
        shutil.copyfile(PICTURES / f"{taken}.png", DOCUMENTED / f"{shown}.png")
    folder = RUNS / "report"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DOCUMENTED / "detector", folder)
    # The model fails on purpose, so the exit code says nothing.
    python = str(arguments.python)
    verify = [python, "-m", "torchready", "verify", "--python", python, "--report", "report.html"]
    subprocess.run(verify, cwd=folder, stdout=subprocess.DEVNULL)
    plan = {
        "chromium": program("chromium"),
        "report": (folder / "report.html").as_uri(),
        "picture": str(DOCUMENTED / "report.png"),
    }
    return node(installed, BUNDLES / "picture-report.mjs", written(folder, plan))


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


def written(run: Path, plan: Mapping[str, str]) -> str:
    path = run / "plan.json"
    path.write_text(json.dumps(plan, indent=2), encoding="utf-8")
    return str(path)


def node(installed: CodeServer, script: Path, *arguments: str, folder: Path | None = None) -> int:
    command = [str(installed.node.program), str(script), *arguments]
    return subprocess.run(command, cwd=folder).returncode


SUITES = {
    "host": run_host,
    "python": run_python,
    "environments": run_environments,
    "workbench": run_workbench,
    "trust": run_trust,
    "install": run_install,
}


if __name__ == "__main__":
    sys.exit(main())
