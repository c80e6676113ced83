"""The examples that `nox -s demo` shows: what is found in them, and that the safe fixes change no output."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

EXAMPLES = Path(__file__).parents[1] / "examples"

FOUND = {
    "clean.py": [],
    "fails_export.py": ["16:12 TR301"],
    "fails_forward.py": [],
    "fails_onnx.py": ["14:13 TR401"],
    "fails_trace.py": ["17:16 TR305"],
    "functional_layers.py": [
        *("16:13 TR101", "17:13 TR101", "18:13 TR101", "19:13 TR101", "20:13 TR101", "21:16 TR101"),
    ],
    "loop.py": [
        *("14:20 TR101", "23:9 TR106", "29:17 TR101", "29:24 TR202", "31:13 TR105", "32:16 TR201"),
    ],
    "reused_modules.py": ["16:16 TR201"],
}

IMAGE = torch.Size([2, 3, 8, 8])
MODELS: dict[str, tuple[str, Callable[[ModuleType], nn.Module], torch.Size]] = {
    "FunctionalNet": ("functional_layers.py", lambda module: module.FunctionalNet(), IMAGE),
    "LoopNet": ("loop.py", lambda module: module.LoopNet(), torch.Size([2, 64])),
    "ReusingNet": ("reused_modules.py", lambda module: module.ReusingNet(), IMAGE),
}


def check(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torchready", "check", "--isolated", "--no-cache", *options, "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_example_shows_what_it_was_written_for() -> None:
    run = check(EXAMPLES, "--output-format", "concise")
    lines = [line.split(":", 3) for line in run.stdout.splitlines() if ".py:" in line]
    assert run.returncode == 1, run.stderr
    found = {path.name: [] for path in EXAMPLES.glob("*.py")}
    for name, row, column, rest in lines:
        found[name].append(f"{row}:{column} {rest.split()[0]}")
    assert found == FOUND


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_safe_fixes_leave_outputs_and_state_dict_alone(name: str, training: bool, tmp_path: Path) -> None:
    file, build, shape = MODELS[name]
    fixed = tmp_path / "fixed"
    shutil.copytree(EXAMPLES, fixed, ignore=shutil.ignore_patterns("__pycache__"))
    run = check(fixed, "--fix")
    assert run.returncode in (0, 1), run.stderr
    assert (fixed / file).read_bytes() != (EXAMPLES / file).read_bytes()
    before, after = (run_model(folder / file, build, shape, training) for folder in (EXAMPLES, fixed))
    assert torch.equal(before[0], after[0])
    assert before[1] == after[1]


def run_model(
    path: Path, build: Callable[[ModuleType], nn.Module], shape: torch.Size, training: bool
) -> tuple[torch.Tensor, list[str]]:
    """The output on a fixed input, and the state dict's keys."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    torch.manual_seed(0)
    model = build(module).train(training)
    torch.manual_seed(1)
    return model(torch.rand(shape)), list(model.state_dict())
