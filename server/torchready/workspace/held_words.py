"""Which files of a workspace hold which words, so that a cached result can tell whether that has changed.

Words are kept as numbers of four bytes. Two words that share one cost a result that would still hold.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from torchready.workspace.references import WORD, may_refer

# A file's state, and the numbers of its words.
Held = tuple[bytes, bytes]


class HeldWords:
    """The words of all files that may refer to others, as these files stand now."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        # What was not known before, by path.
        self.fresh: dict[str, Held] = {}
        self._held: dict[str, Held] = {}
        self._holders: dict[int, list[bytes]] = {}

    def read(
        self,
        paths: Sequence[str],
        state_of: Callable[[str], bytes],
        known: Callable[[str], Held | None],
        digest: Callable[[bytes], bytes],
    ) -> None:
        """Take the words of each file from what is known of it in this state, or from the file."""
        self.paths = list(paths)
        for path in paths:
            state = state_of(path)
            held = known(path)
            if held is None or held[0] != state:
                content = _content(path)
                held = (state, _words_in(path, content))
                # Changed in between, it would be remembered with words of another state.
                if digest(content) == state:
                    self.fresh[path] = held
            self._held[path] = held

    def look_for(self, words: Iterable[bytes]) -> None:
        """From now on, `state_of` is asked about these words, too."""
        wanted: set[int] = set()
        for some in words:
            wanted.update(array("I", some))
        wanted -= self._holders.keys()
        if not wanted:
            return
        self._holders.update((number, []) for number in wanted)
        for path, (state, numbers) in self._held.items():
            here = path.encode("utf-8", "surrogateescape") + b"\0" + state
            for number in wanted.intersection(array("I", numbers)):
                self._holders[number].append(here)

    def state_of(self, words: bytes) -> bytes:
        """A digest of the files that hold any of the words, and of their content."""
        digest = blake2b(digest_size=16)
        for number in array("I", words):
            for here in self._holders.get(number, ()):
                digest.update(here + b"\0")
            digest.update(b"\1")
        return digest.digest()


def numbers_of(words: Iterable[bytes]) -> bytes:
    return array("I", sorted({crc32(word) for word in words})).tobytes()


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _words_in(path: str, content: bytes) -> bytes:
    return numbers_of(WORD.findall(content)) if may_refer(Path(path), content) else b""
