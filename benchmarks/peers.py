"""The commands that are measured, and the real files they are measured on."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TORCHREADY = (sys.executable, "-m", "torchready")
SERVERS: Mapping[str, tuple[str, ...]] = {
    "torchready": (*TORCHREADY, "server"),
    "ruff": (shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff", "server"),
}
SMALL_FILE = """\
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(8, 8)

    def forward(self, x):
        return F.relu(self.layer(x))
"""
SEED = 2026


@dataclass(frozen=True)
class Corpus:
    """The folder into which nox unpacked real packages."""

    folder: Path

    @property
    def transformers(self) -> Path:
        return self.folder / "transformers"

    def model_file(self, name: str) -> Path:
        return self.transformers / "models" / name / f"modeling_{name}.py"

    @property
    def medium(self) -> Path:
        """About 1,400 lines, two dozen functional calls."""
        return self.model_file("vits")

    @property
    def large(self) -> Path:
        """About 5,300 lines."""
        return self.transformers / "modeling_utils.py"

    def model_files(self, count: int) -> list[Path]:
        """The same random model files in every run."""
        files = sorted(self.transformers.glob("models/*/modeling_*.py"))
        return random.Random(SEED).sample(files, count)

    def files_with_torch(self) -> list[Path]:
        return [file for file in sorted(self.transformers.rglob("*.py")) if b"torch" in file.read_bytes()]


def corpus() -> Corpus:
    """Raises SystemExit when the packages were not fetched."""
    folder = Path(os.environ.get("TORCHREADY_CORPUS", ".corpus")).resolve()
    if not (folder / "transformers").is_dir():
        raise SystemExit(f"{folder} has no transformers; run `nox -s bench`, which fetches it")
    # Below a project with settings for ruff, its server would be asked for that project's rules.
    settings = folder / "ruff.toml"
    if not settings.exists():
        settings.touch()
    return Corpus(folder)


def torchfix_program(name: str) -> str:
    """A program of the environment that holds TorchFix. Raises SystemExit without one."""
    environment = os.environ.get("TORCHFIX_ENVIRONMENT")
    if environment is None:
        raise SystemExit("set TORCHFIX_ENVIRONMENT to an environment with TorchFix, or run `nox -s bench`")
    return str(Path(environment) / ("Scripts" if sys.platform == "win32" else "bin") / name)


def line_count(files: list[Path]) -> int:
    return sum(file.read_bytes().count(b"\n") for file in files)
