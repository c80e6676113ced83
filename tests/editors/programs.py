"""The editors that the tests drive, and how Debian gives them.

`python -m tests.editors.programs` installs what is missing; it needs the standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

PROJECT = Path(__file__).parents[2]
CACHE = PROJECT / ".nox" / "editors"

# Debian's package for each program that has to be on PATH.
PACKAGES = {"nvim": "neovim", "emacs": "emacs-nox"}
# eglot is a part of Emacs since 29.
EGLOT_PACKAGE = "elpa-eglot"
HAS_EGLOT = ("--batch", "--funcall", "package-initialize", "--eval", "(require 'eglot)")

# Helix came to Debian with 13. On 12 it runs from a folder, with Debian 13's own C library.
TRIXIE = (
    "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main"
)


class MissingProgramError(Exception):
    """Something that cannot be installed here, with what to do about it."""


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise MissingProgramError(f"{name} is not on PATH; install it, or run `nox -s editors`")
    return found


def helix() -> tuple[list[str], dict[str, str]]:
    """The command that starts Helix, and what it needs in its environment."""
    found = shutil.which("hx") or shutil.which("helix")
    if found:
        return [found], {}
    usr = CACHE / "helix" / "root" / "usr"
    if not usr.exists():
        raise MissingProgramError("Helix (hx) is not on PATH; install it, or run `nox -s editors`")
    (loader,) = (usr / "lib64").glob("ld-linux-*")
    (libraries,) = (usr / "lib").glob("*-linux-gnu")
    command = [str(loader), "--library-path", str(libraries), str(usr / "lib/hx/hx")]
    return command, {"HELIX_RUNTIME": str(usr / "lib/hx/runtime")}


def install_programs() -> None:
    """Debian's packages of the programs that are not on PATH."""
    install(package for name, package in PACKAGES.items() if not shutil.which(name))
    if subprocess.run([program("emacs"), *HAS_EGLOT], capture_output=True).returncode != 0:
        install([EGLOT_PACKAGE])


def install(packages: Iterable[str]) -> None:
    missing = sorted(packages)
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise MissingProgramError(
            f"install {', '.join(missing)} with your package manager, then run this again;"
            f" as root on Debian: {' '.join(command)}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Without a fresh index, versions that the archive no longer has would be asked for.
    # One of the machine's other sources may be down; installing says whether that matters.
    subprocess.run(["apt-get", "update", "--quiet"], check=False, env=environment)
    subprocess.run(command, check=True, env=environment)


def install_helix() -> None:
    if shutil.which("hx") or shutil.which("helix") or (CACHE / "helix" / "root").exists():
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        raise MissingProgramError("install Helix (hx) with your package manager, then run this again")
    folder = CACHE / "helix"
    shutil.rmtree(folder, ignore_errors=True)
    for each in ("lists/partial", "cache/archives/partial", "etc/preferences.d"):
        (folder / each).mkdir(parents=True)
    (folder / "etc" / "sources.list").write_text(f"{TRIXIE}\n")
    (folder / "status").touch()
    # apt with a state of its own, in which nothing is installed: all that Helix needs is downloaded.
    options = {
        "Dir::State": folder,
        "Dir::State::Lists": folder / "lists",
        "Dir::State::status": folder / "status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc": folder / "etc",
        "Dir::Etc::trustedparts": "/etc/apt/trusted.gpg.d",
        "Acquire::Languages": "none",
        "Debug::NoLocking": "true",
        "pkgCacheGen::Essential": "none",
    }
    apt = [
        "apt-get",
        "--quiet",
        *(part for key, value in options.items() for part in ("-o", f"{key}={value}")),
    ]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "install", "--yes", "--no-install-recommends", "--download-only", "hx"], check=True)
    unpacked = folder / "unpacking"
    for archive in sorted((folder / "cache" / "archives").glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(archive), str(unpacked)], check=True)
    # Last and at once: a folder of this name is complete.
    unpacked.rename(folder / "root")


def main() -> None:
    try:
        install_programs()
        install_helix()
    except MissingProgramError as error:
        sys.exit(f"editors: {error}")


if __name__ == "__main__":
    main()
