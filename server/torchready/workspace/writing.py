"""Replacing a file's text so that it is, at any moment and after any kill, the old one or the new one.

The new text goes to a temporary file beside the old one, reaches the disk, and takes the old one's place
in one step. Nobody else's edit is overwritten: the file must still hold what was read from it.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from torchready.workspace.reading import SourceFile

try:
    import fcntl
except ImportError:  # Windows, where a file that is open can be neither replaced nor removed by others.
    fcntl = None

TEMPORARY_SUFFIX = ".torchready-temporary"


class SourceWriteError(Exception):
    """A file that was left as it is. The message is for people and names no path."""


class SourceChangedError(Exception):
    """The file no longer holds what was read from it; read it again."""


def write_source(source: SourceFile, text: str) -> SourceFile:
    """Put `text` into the file that `source` was read from, keeping its encoding, mode and owner.

    A symbolic link stays one: the file that it leads to is replaced.
    Raises `SourceWriteError`, or `SourceChangedError` when somebody else wrote the file meanwhile.
    """
    if not source.survives_rewriting:
        raise SourceWriteError(f"its bytes would not survive being rewritten as {source.encoding}")
    try:
        raw = source.encoded(text)
    except UnicodeEncodeError as error:
        raise SourceWriteError(f"the new text cannot be written as {source.encoding}") from error
    target = Path(os.path.realpath(source.path))
    try:
        _replace(target, source.raw, raw)
    except FileNotFoundError as error:
        raise SourceChangedError from error
    except OSError as error:
        raise SourceWriteError((error.strerror or str(error)).lower()) from error
    return SourceFile(source.path, raw, text, source.encoding)


def write_in_one_step(path: Path, raw: bytes) -> None:
    """Put `raw` into a file of ours, there or not. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = Path(os.path.realpath(path))
    temporary = _temporary(target)
    try:
        temporary.write_bytes(raw)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def remove_stale_temporaries(folders: Iterable[Path]) -> None:
    """Remove what runs that were killed left behind; files that a living run writes now are kept."""
    for folder in set(folders):
        with suppress(OSError):
            names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(TEMPORARY_SUFFIX)]
            for name in names:
                _remove_if_stale(folder / name)


def _replace(target: Path, expected: bytes, raw: bytes) -> None:
    status = target.stat()
    if not stat.S_IMODE(status.st_mode) & 0o222 or not os.access(target, os.W_OK):
        raise SourceWriteError("it is read-only")
    temporary = _temporary(target)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _lock(descriptor)
            file.write(raw)
            file.flush()
            _copy_ownership(target, status, descriptor)
            os.fsync(descriptor)
            # Where open files can be renamed the lock is held until after that, so nobody finds it stale.
            if fcntl is not None:
                _move(temporary, target, expected)
        if fcntl is None:
            _move(temporary, target, expected)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _temporary(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}{TEMPORARY_SUFFIX}")


def _move(temporary: Path, target: Path, expected: bytes) -> None:
    # As late as possible: between this look and the rename an edit by somebody else would be lost.
    if target.read_bytes() != expected:
        raise SourceChangedError
    temporary.replace(target)
    _sync_folder(target.parent)


def _copy_ownership(target: Path, status: os.stat_result, descriptor: int) -> None:
    if not hasattr(os, "fchown"):
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        try:
            os.fchown(descriptor, status.st_uid, status.st_gid)
        except PermissionError as error:
            raise SourceWriteError("it belongs to another user or group, which would change") from error
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
    _copy_attributes(target, descriptor)


def _copy_attributes(target: Path, descriptor: int) -> None:
    """Access control lists and security labels, where the system has them."""
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(target, name))


def _lock(descriptor: int) -> None:
    if fcntl is not None:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_if_stale(path: Path) -> None:
    with path.open("rb") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    path.unlink()


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power failure; not all systems can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
