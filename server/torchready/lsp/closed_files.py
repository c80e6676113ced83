"""What is said of files that are not open: what runs found in them, and what is wrong with a configuration.

Pushed, also to clients that pull: they pull what is open only. What runs found is taken back when the file opens, for
then it is its document that shows that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path

from torchready.lsp.documents import Source

NOTHING = "[]"


class Speaker(Enum):
    """Who has something to say of a file; a publication holds what all of them say."""

    CONFIGURATION = "configuration"
    RUNS = "runs"


class ClosedFiles:
    def __init__(self, publish: Callable[[str, str], None]) -> None:
        self._publish = publish
        self._said: dict[Path, dict[Speaker, str]] = {}

    def show(self, path: Path, speaker: Speaker, diagnostics: str) -> None:
        """A JSON list, in place of what the same speaker said before."""
        said = self._said.get(path, {})
        if said.get(speaker, NOTHING) == diagnostics:
            return
        said = {**said, speaker: diagnostics}
        self._said[path] = {one: text for one, text in said.items() if text != NOTHING}
        if not self._said[path]:
            del self._said[path]
        self._publish(path.as_uri(), _joined(said.get(one, NOTHING) for one in Speaker))

    def clear(self, path: Path, speaker: Speaker) -> None:
        self.show(path, speaker, NOTHING)

    def opened(self, source: Source) -> None:
        self.clear(source.path, Speaker.RUNS)


def _joined(lists: Iterable[str]) -> str:
    return f"[{','.join(one[1:-1] for one in lists if one != NOTHING)}]"
