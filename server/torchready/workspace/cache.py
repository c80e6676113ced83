"""Results of earlier runs, kept in a project's `.torchready_cache`.

A result holds as long as the file and every other file that was looked at for it are what they were, and
the same files of the workspace hold the words that it was asked about, under the same configuration and the
same torchready. Whatever goes wrong with the cache, a run goes on without it.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import torchready
from torchready.workspace.held_words import HeldWords, numbers_of

FOLDER_NAME = ".torchready_cache"
NANOSECONDS = 1_000_000_000
# A file written so shortly ago can change again without its times telling, on the coarsest file systems.
CLOCK_RESOLUTION = 2 * NANOSECONDS
DAYS_KEPT = 30
NO_STAMP = ""
SECONDS_TO_WAIT_FOR_OTHERS = 2.0

MISSING, FOLDER, UNREADABLE = b"missing", b"folder", b"unreadable"
FOLDER_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder holds the cache of torchready.\n"

SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
  number INTEGER PRIMARY KEY, path TEXT NOT NULL, stamp TEXT NOT NULL, state BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS result (
  file INTEGER PRIMARY KEY, state BLOB NOT NULL, dependencies BLOB NOT NULL, dependency_state BLOB NOT NULL,
  content BLOB NOT NULL, words BLOB NOT NULL, word_state BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS held (file INTEGER PRIMARY KEY, state BLOB NOT NULL, words BLOB NOT NULL);
"""


class _File(NamedTuple):
    """A file's state when last looked at, which holds as long as the file has the same stamp."""

    stamp: str
    state: bytes


class Remembered(NamedTuple):
    """A stored result, and the files it was computed from besides its own."""

    content: bytes
    state: bytes
    dependencies: tuple[str, ...]


class ResultCache:
    """The cache of one project under one configuration. One thread drives it; several runs may share it."""

    def __init__(
        self,
        folder: Path,
        configuration: str,
        clock_resolution: int = CLOCK_RESOLUTION,
        referring: Callable[[], Sequence[Path]] = tuple,
    ) -> None:
        """`configuration` is a text that differs when results may; `clock_resolution` is in ns.

        `referring` finds the files whose words decide what of other files is reported.
        """
        key = "\n".join((configuration, torchready.__version__, sys.version, _installation()))
        self._folder = folder
        self._place = folder / f"{_digest(key.encode()).hex()}.sqlite"
        self._settled_before = time.time_ns() - clock_resolution
        self._database: sqlite3.Connection | None = None
        self._known: dict[str, _File] = {}
        self._paths: dict[int, str] = {}
        self._states: dict[str, bytes] = {}
        self._looked_at: dict[str, _File] = {}
        self._results: list[tuple[int, bytes, bytes, bytes, bytes, bytes]] = []
        self._referring = referring
        self._held = HeldWords()

    def open(self) -> None:
        """Read what is there. Without this, and when it fails, the cache is empty and keeps nothing."""
        try:
            self._open()
        except (sqlite3.OperationalError, OSError):
            self._give_up()
        except (sqlite3.DatabaseError, ValueError, TypeError):
            # No database, or a damaged one: the next run starts it again.
            self._give_up()
            with suppress(OSError):
                self._place.unlink()

    def get(self, path: Path) -> Remembered | None:
        """The stored result for the file as it stands on disk now."""
        if self._database is None or str(path) not in self._known:
            return None
        query = "SELECT state, dependencies, dependency_state, content, words, word_state FROM result WHERE file = ?"
        try:
            row = self._database.execute(query, (_number(str(path)),)).fetchone()
        except sqlite3.Error:
            self._give_up()
            return None
        if row is None or row[0] != self._state(str(path)):
            return None
        dependencies = self._dependencies(row[1])
        if dependencies is None or self._state_of_all(dependencies) != row[2]:
            return None
        if self._held.state_of(row[4]) != row[5]:
            return None
        return Remembered(row[3], row[0], dependencies)

    def put(
        self,
        path: Path,
        state: bytes,
        dependencies: Sequence[str],
        content: bytes,
        asked: Iterable[str] = (),
    ) -> None:
        """Keep what was computed from bytes with this `content_state` and from other files, there or not.

        `asked` are words that mattered wherever in the workspace they are.
        """
        if self._database is None or not _storable((str(path), *dependencies)):
            return
        if any(self._changed_during_run(place) for place in dependencies):
            return
        numbers = array("Q", map(self._remember, dependencies)).tobytes()
        number = self._remember(str(path))
        words = numbers_of(word.encode("utf-8", "surrogateescape") for word in asked)
        self._results.append((number, state, numbers, self._state_of_all(dependencies), content, words))

    def close(self) -> None:
        """Write what is new. What another run wrote meanwhile is as right as this."""
        if self._database is None:
            return
        looked_at = {path: file for path, file in self._looked_at.items() if _storable((path,))}
        files = [(_number(path), path, *file) for path, file in looked_at.items()]
        results = self._results_to_keep()
        held = [(_number(path), *one) for path, one in self._held.fresh.items()]
        with suppress(sqlite3.Error), closing(self._database), self._database:
            if files:
                self._database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", files)
            if held:
                self._database.executemany("INSERT OR REPLACE INTO held VALUES (?, ?, ?)", held)
            if results:
                statement = "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?)"
                self._database.executemany(statement, results)
        self._database = None

    def _results_to_keep(self) -> list[tuple[bytes | int, ...]]:
        if not any(words for *_, words in self._results):
            return [(*result, self._held.state_of(b"")) for result in self._results]
        if self._workspace_has_changed():
            # What the analysis read of other files' words is not sure to be what stands there.
            return [(*result, self._held.state_of(b"")) for result in self._results if not result[-1]]
        self._held.look_for(words for *_, words in self._results)
        return [(*result, self._held.state_of(result[-1])) for result in self._results]

    def _workspace_has_changed(self) -> bool:
        """Whether a file whose words count came, went or changed since this run began."""
        now = [str(path) for path in self._referring()]
        if now != self._held.paths:
            return True
        recent = (path for path in now if self._changed_during_run(Path(path)))
        return any(_state_of_file(path) != self._states.get(path) for path in recent)

    def _open(self) -> None:
        _prepare(self._folder)
        self._database = sqlite3.connect(self._place, timeout=SECONDS_TO_WAIT_FOR_OTHERS)
        self._database.executescript(SCHEMA)
        rows = self._database.execute("SELECT number, path, stamp, state FROM file")
        for number, path, *file in rows:
            self._known[path] = _File(*file)
            self._paths[number] = path
        self._read_words(self._database)

    def _read_words(self, database: sqlite3.Connection) -> None:
        paths = [str(path) for path in self._referring()]
        known = {number: (state, words) for number, state, words in database.execute("SELECT * FROM held")}
        self._held.read(paths, self._state, lambda path: known.get(_number(path)), _digest)
        self._held.look_for(words for (words,) in database.execute("SELECT words FROM result"))

    def _give_up(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
        self._database = None

    def _remember(self, path: str) -> int:
        number = _number(path)
        self._paths[number] = path
        self._state(path)
        if path not in self._known:
            # Even of a missing file the path has to be known by its number.
            self._looked_at.setdefault(path, _File(NO_STAMP, self._states[path]))
        return number

    def _dependencies(self, numbers: bytes) -> tuple[str, ...] | None:
        try:
            return tuple(self._paths[number] for number in array("Q", numbers))
        except (KeyError, ValueError):
            return None

    def _state_of_all(self, paths: Sequence[str]) -> bytes:
        return _digest(b"".join(map(self._state, paths)))

    def _state(self, path: str) -> bytes:
        state = self._states.get(path)
        if state is None:
            state = self._states[path] = self._look(path)
        return state

    def _look(self, path: str) -> bytes:
        try:
            status = os.stat(path)  # noqa: PTH116 (twice as fast as Path.stat, thousands of times)
        except (OSError, ValueError):
            return MISSING
        if not stat.S_ISREG(status.st_mode):
            return FOLDER
        known = self._known.get(path)
        if known and known.stamp == _stamp(status):
            return known.state
        state = _state_of_file(path)
        if _last_change(status) < self._settled_before:
            self._looked_at[path] = _File(_stamp(status), state)
        return state

    def _changed_during_run(self, path: str | Path) -> bool:
        """Whether the analysis may have read something else than what stands there now."""
        try:
            return _last_change(Path(path).stat()) >= self._settled_before
        except (OSError, ValueError):
            return False


def content_state(raw: bytes) -> bytes:
    return _digest(raw)


def remove_unused(folder: Path) -> None:
    """Remove databases of configurations and versions that no run has used for a month."""
    oldest = time.time() - DAYS_KEPT * 86_400
    with suppress(OSError):
        for database in folder.glob("*.sqlite"):
            if database.stat().st_mtime < oldest:
                database.unlink()


def _prepare(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("# Made by torchready.\n*\n", encoding="utf-8")
    (folder / "CACHEDIR.TAG").write_text(FOLDER_TAG, encoding="utf-8")


def _storable(paths: Sequence[str]) -> bool:
    """False when a name holds bytes that are no text, which SQLite cannot keep."""
    try:
        return bool("".join(paths).encode())
    except UnicodeEncodeError:
        return False


def _stamp(status: os.stat_result) -> str:
    # With the time of the inode's change: installers give new files old times of their content's change.
    return f"{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_size}:{status.st_ino}"


def _last_change(status: os.stat_result) -> int:
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _state_of_file(path: str) -> bytes:
    try:
        return _digest(Path(path).read_bytes())
    except OSError:
        return UNREADABLE


def _number(path: str) -> int:
    """The same number for a path in every run; 63 bits, which SQLite's integers hold."""
    digest = blake2b(path.encode("utf-8", "surrogateescape"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()


def _installation() -> str:
    """Tells one state of torchready's own files from another, for those who change them."""
    stamps: list[str] = []
    for folder, _, names in os.walk(Path(torchready.__file__).parent):
        for name in names:
            if name.endswith((".py", ".json")):
                status = Path(folder, name).stat()
                stamps.append(f"{folder}/{name}:{status.st_mtime_ns}:{status.st_size}")
    return _digest("\n".join(sorted(stamps)).encode("utf-8", "surrogateescape")).hex()
