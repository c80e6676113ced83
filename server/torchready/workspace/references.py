"""Which names of a file the other files of a workspace use, as far as words tell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from threading import Lock

from torchready.config import Config
from torchready.workspace.discovery import DEFAULT_EXCLUDES, python_files

IMPORTED = re.compile(rb"\bimport[ \t]*(?:\(([^)]*)\)|([^\r\n]*))")
RENAMED = re.compile(rb"([A-Za-z_]\w*)[ \t]+as[ \t]+([A-Za-z_]\w*)")
IMPORT_LINE = re.compile(rb"^[ \t]*(?:from|import)\b[^\r\n]*(?:\([^)]*\))?", re.MULTILINE)
WORD = re.compile(rb"[A-Za-z_]\w*")
ATTRIBUTE = re.compile(rb"\.[ \t]*([A-Za-z_]\w*)")
# Only code that has to do with models can reach a layer.
MODEL_WORDS = re.compile(rb"\b(?:forward|Module)\b")
# The packages of a large environment. Reading so many takes seconds, and beyond them uses would go unseen.
MAXIMUM_FILES = 20_000
FEW_FILES = 150
# Of a name that so many files take from objects, this many are looked at.
MANY = 40


def referring_files(root: Path, config: Config) -> list[Path]:
    """The files of a workspace that are looked at for what they use of others."""
    return python_files([root], config, root)[:MAXIMUM_FILES]


def may_refer(path: Path, content: bytes) -> bool:
    return path.name == "__init__.py" or MODEL_WORDS.search(content) is not None


class References:
    """Names that the model files below a root import, and names that they take from objects.

    A name that leaves a file is remembered all the same: that a layer is reported too long is better than
    reading everything again.
    """

    def __init__(self, root: Path, config: Config) -> None:
        self.root = root
        self.config = config
        self._imported: dict[bytes, set[Path]] = {}
        self._attributes: dict[bytes, set[Path]] = {}
        self._renamed: dict[bytes, set[bytes]] = {}
        self._import_words: dict[Path, frozenset[bytes]] = {}
        # The same is asked with every edit.
        self._answers: dict[tuple[Path, str, bool], tuple[list[Path], frozenset[str]]] = {}
        self._is_read = False
        self._reading, self._lock = Lock(), Lock()
        self._changed_meanwhile: list[Path] = []
        self._is_small: bool | None = None

    @property
    def are_at_hand(self) -> bool:
        """Whether asking costs little: the files were read already, or there are few."""
        if not self._is_read and self._is_small is None:
            self._is_small = _has_few_files(self.root)
        return self._is_read or bool(self._is_small)

    def users_of(self, path: Path, name: str, *, is_member: bool) -> tuple[list[Path], frozenset[str]]:
        """The files that may use what `path` calls `name`, and the names they may have for it.

        A top-level name must be imported by its name, or taken from something in a file that names the module
        of `path`; a member of a class must be taken from something in such a file.
        """
        if not self._is_read:
            self.read()
        key = (path, name, is_member)
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._users_of(path, name, is_member=is_member)
        return found

    def _users_of(self, path: Path, name: str, *, is_member: bool) -> tuple[list[Path], frozenset[str]]:
        word = name.encode()
        renamed = self._renamed.get(word, set[bytes]())
        names = frozenset((name, *(other.decode() for other in renamed)))
        users: set[Path] = set()
        if not is_member:
            for one in (word, *renamed):
                users |= self._imported.get(one, set())
        module = path.parent.name if path.name == "__init__.py" else path.stem
        modules = module.encode()
        users.update(
            user for user in self._attributes.get(word, set()) if modules in self._import_words[user]
        )
        return sorted(users - {path}), names

    def forget(self, paths: Iterable[Path]) -> None:
        """These files changed."""
        with self._lock:
            if not self._is_read:
                self._changed_meanwhile += paths
                return
        for path in paths:
            self._read(path)

    def read(self) -> None:
        """Read the workspace, unless that was done. Another thread may do it while nobody asks for users."""
        with self._reading:
            if self._is_read:
                return
            for path in referring_files(self.root, self.config):
                self._read(path)
            with self._lock:
                self._is_read = True
            for path in self._changed_meanwhile:
                self._read(path)
            self._changed_meanwhile.clear()

    def _read(self, path: Path) -> None:
        self._answers = {}
        try:
            content = path.read_bytes()
        except OSError:
            return
        if not may_refer(path, content):
            return
        for match in IMPORTED.finditer(content):
            # Texts have words like these, too: of "import()" there is neither.
            names = match.group(1) or match.group(2) or b""
            for word in WORD.findall(names):
                self._imported.setdefault(word, set()).add(path)
            for name, other in RENAMED.findall(names):
                self._renamed.setdefault(name, set()).add(other)
        lines = b" ".join(IMPORT_LINE.findall(content))
        self._import_words[path] = frozenset(WORD.findall(lines))
        for word in set(ATTRIBUTE.findall(content)):
            users = self._attributes.setdefault(word, set())
            if len(users) < MANY:
                users.add(path)


def _has_few_files(root: Path) -> bool:
    try:
        return sum(1 for _ in islice(_python_files(root), FEW_FILES + 1)) <= FEW_FILES
    except OSError:
        return False


def _python_files(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in DEFAULT_EXCLUDES]
        yield from (Path(folder, name) for name in names if name.endswith(".py"))
