"""Put the server and what it imports into bundled/packages, so that the extension needs a Python and nothing else.

One folder serves every platform and Python version: only packages without compiled parts go in. tree-sitter is
compiled and stays out; the server does without it (torchready/config/places.py).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PathDistribution
from pathlib import Path

CLIENT = Path(__file__).resolve().parent.parent
PROJECT = CLIENT.parent
TARGET = CLIENT / "bundled" / "packages"
OLDEST_PYTHON = "3.10"
COMPILED = {"tree-sitter", "tree-sitter-toml"}
# What our requirements need on Python 3.10 only. pip looks at the Python that runs it, not at the target's.
FOR_OLD_PYTHON = ["exceptiongroup", "tomli>=2", "typing_extensions"]
USELESS = ("*.dist-info", "__pycache__", "bin", "*.pyi")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        wheel = build_wheel(Path(temporary))
        shutil.rmtree(TARGET, ignore_errors=True)
        install([*requirements(wheel), *FOR_OLD_PYTHON])
        install([str(wheel)], "--no-deps")
    trim()
    print(f"{sum(1 for _ in TARGET.rglob('*.py'))} files in {TARGET}")


def build_wheel(folder: Path) -> Path:
    run("wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(PROJECT))
    (wheel,) = folder.glob("torchready-*.whl")
    return wheel


def requirements(wheel: Path) -> list[str]:
    """What the wheel requires and is not compiled; what holds for some Pythons only is listed above."""
    with tempfile.TemporaryDirectory() as temporary:
        shutil.unpack_archive(wheel, temporary, "zip")
        (metadata,) = Path(temporary).glob("*.dist-info")
        required = PathDistribution(metadata).requires or []
    names = ((re.match(r"[\w.-]+", each), each) for each in required if ";" not in each)
    return [each for name, each in names if name and name.group() not in COMPILED]


def install(packages: list[str], *options: str) -> None:
    pure = ("--only-binary=:all:", "--platform", "any", "--implementation", "py", "--abi", "none")
    target = ("--target", str(TARGET), "--python-version", OLDEST_PYTHON)
    run("install", "--quiet", "--no-compile", *pure, *target, *options, *packages)


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", *arguments], check=True)


def trim() -> None:
    """Drop what nobody imports, but keep each package's licence."""
    for pattern in USELESS:
        for found in [*TARGET.rglob(pattern)]:
            if found.suffix == ".dist-info":
                keep_licences(found)
            shutil.rmtree(found) if found.is_dir() else found.unlink()
    compiled = [path for path in TARGET.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]
    if compiled:
        sys.exit(f"compiled files cannot go into a universal extension: {compiled}")


def keep_licences(metadata: Path) -> None:
    package = metadata.name.split("-")[0]
    for found in metadata.rglob("*"):
        if found.is_file() and found.name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")):
            kept = TARGET.parent / "licences" / f"{package}-{found.name}"
            kept.parent.mkdir(exist_ok=True)
            shutil.copyfile(found, kept)


if __name__ == "__main__":
    main()
