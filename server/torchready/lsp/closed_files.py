"""What runs found in files that are not open.

Pushed, also to clients that pull: they pull what is open only. Taken back when the file opens, for then it is its
document that shows them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from torchready.lsp.documents import Source


class ClosedFiles:
    def __init__(self, publish: Callable[[str, str], None]) -> None:
        self._publish = publish
        self._shown: dict[Path, str] = {}

    def show(self, path: Path, diagnostics: str) -> None:
        if self._shown.get(path) != diagnostics:
            self._shown[path] = diagnostics
            self._publish(path.as_uri(), diagnostics)

    def clear(self, path: Path) -> None:
        if self._shown.pop(path, None) is not None:
            self._publish(path.as_uri(), "[]")

    def opened(self, source: Source) -> None:
        if source.path in self._shown:
            self.clear(source.path)
