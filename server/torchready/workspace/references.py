"""Which names the other files of a workspace use. Read as words, once per file, when first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from torchready.config import Config
from torchready.workspace.discovery import python_files

WORD = re.compile(rb"[A-Za-z_]\w*")
MAXIMUM_FILES = 6000
# Only code that has to do with models can reach a layer.
MODEL_WORDS = frozenset({b"forward", b"Module"})


class References:
    """The words of all model files below a root. Words that leave a file are remembered all the same."""

    def __init__(self, root: Path, config: Config) -> None:
        self.root = root
        self.config = config
        # The one file that holds a word, None for words of several.
        self._holders: dict[bytes, Path | None] | None = None

    def is_used_outside(self, path: Path, name: str) -> bool:
        """Whether a model file other than `path` holds this name."""
        holders = self._read_all()
        return holders.get(name.encode(), path) != path

    def forget(self, paths: Iterable[Path]) -> None:
        """These files changed."""
        if self._holders is None:
            return
        for path in paths:
            self._read(path, self._holders)

    def _read_all(self) -> dict[bytes, Path | None]:
        if self._holders is None:
            self._holders = {}
            for path in python_files([self.root], self.config, self.root)[:MAXIMUM_FILES]:
                self._read(path, self._holders)
        return self._holders

    def _read(self, path: Path, holders: dict[bytes, Path | None]) -> None:
        try:
            words = set(WORD.findall(path.read_bytes()))
        except OSError:
            return
        if not words & MODEL_WORDS:
            return
        for word in words:
            if holders.setdefault(word, path) != path:
                holders[word] = None
