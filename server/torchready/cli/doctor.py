"""`torchready doctor`: what verify would find here, what is missing, and what to do about it."""

from __future__ import annotations

import asyncio
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

import torchready
from torchready.cli.exits import Exit
from torchready.config import Config, ConfigError, find_config, load_config
from torchready.output.terminal import Piece, render, wants_color
from torchready.probe.errors import ProbeError
from torchready.probe.interpreters import Choice, asked_for, choose_interpreter
from torchready.probe.verification import Interpreter

OLDEST_PYTHON, OLDEST_TORCH = (3, 9), (2, 1)
# What verify needs of an environment besides torch, and for what.
PACKAGES = {
    "onnx": "the check onnx",
    "onnxscript": "the check onnx with torch's newer exporter",
    "onnxruntime": "comparing the ONNX file with the model",
}
STYLES = {"ok": "green", "missing": "bold yellow", "broken": "bold red"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at. `broken` keeps verify from working at all; `advice` says what to do."""

    state: str
    what: str
    said: str
    advice: str | None = None


@click.command("doctor")
@click.option("--python", metavar="PYTHON", help="Look at this interpreter.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def command(python: str | None, color: str) -> Exit:
    """Say which interpreter, torch, onnx and configuration `verify` finds here, and what is missing.

    This starts the interpreter and imports torch in it, but runs no code of the project. Exits with 0 when models
    can be verified, 1 when something keeps them from it, 2 with a broken configuration.
    """
    lines = [Line("ok", "torchready", f"{torchready.__version__} on Python {platform.python_version()}")]
    config, about_config = _configuration(Path.cwd())
    lines += about_config
    if config is not None:
        lines += _environment(config, python)
        lines += _models(config)
    sys.stdout.write(render(_pieces(lines), wants_color(sys.stdout, color)))
    if config is None:
        return Exit.WRONG_USE
    return Exit.FINDINGS if any(line.state == "broken" for line in lines) else Exit.NOTHING_FOUND


def _configuration(folder: Path) -> tuple[Config | None, list[Line]]:
    source = find_config(folder)
    if source is None:
        advice = (
            "models can be named on the command line: torchready verify path/file.py:Net --input 1,3,224,224"
        )
        return Config(), [Line("ok", "configuration", "none found, all values are defaults", advice)]
    try:
        return load_config(source), [Line("ok", "configuration", str(source))]
    except ConfigError as error:
        lines = [Line("broken", "configuration", str(problem)) for problem in error.problems]
        return None, lines


def _environment(config: Config, python: str | None) -> Iterator[Line]:
    choice = asked_for(python) if python else choose_interpreter(config)
    if choice is None:
        advice = "name one with `python` in the configuration, or with --python"
        yield Line("broken", "interpreter", "none found", advice)
        return
    try:
        interpreter = asyncio.run(_look_into(choice))
    except ProbeError as error:
        yield Line("broken", "interpreter", f"{choice.python}, {choice.why}")
        yield Line("broken", "torch", str(error))
        return
    yield _python_line(choice, interpreter)
    yield _torch_line(choice, interpreter)
    for package, purpose in PACKAGES.items():
        version = interpreter.versions.get(package)
        advice = f"{choice.python} -m pip install {package}"
        missing = Line("missing", package, f"not installed; needed for {purpose}", advice)
        yield missing if version is None else Line("ok", package, version)


async def _look_into(choice: Choice) -> Interpreter:
    from torchready.probe.client import Probe

    probe = Probe(choice.python, Path.cwd())
    try:
        return await probe.start()
    finally:
        await probe.close()


def _python_line(choice: Choice, interpreter: Interpreter) -> Line:
    said = f"{choice.python}, {choice.why} (Python {interpreter.python})"
    if _numbers(interpreter.python) >= OLDEST_PYTHON:
        return Line("ok", "interpreter", said)
    return Line("broken", "interpreter", said, "verify needs Python 3.9 or newer")


def _torch_line(choice: Choice, interpreter: Interpreter) -> Line:
    version = interpreter.versions["torch"]
    if _numbers(version) >= OLDEST_TORCH:
        return Line("ok", "torch", version)
    return Line(
        "broken",
        "torch",
        version,
        f"verify needs torch 2.1 or newer: {choice.python} -m pip install -U torch",
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def _models(config: Config) -> Iterator[Line]:
    if config.source is not None and not config.models:
        yield Line("missing", "models", "none configured", "add an entry [[tool.torchready.model]], see docs")
    for model in config.models:
        place = model.target.rpartition(":")[0]
        root = config.source.absolute().parent if config.source else Path.cwd()
        if place.endswith(".py") and not (root / Path(place).expanduser()).is_file():
            yield Line("broken", "model", model.target, f"there is no file {root / place}")
        elif model.inputs is None:
            yield Line("missing", "model", f"{model.target} has no dummy inputs", "add `inputs` to its entry")
        else:
            yield Line("ok", "model", model.target)


def _pieces(lines: list[Line]) -> Iterator[Piece]:
    widest = max(len(line.what) for line in lines)
    for line in lines:
        yield Piece(f"{line.state:<8}", STYLES[line.state])
        yield Piece(f" {line.what:<{widest}}  {line.said}\n")
        if line.advice:
            yield Piece(f"{'':<8} {'':<{widest}}  {line.advice}\n", "dim")
