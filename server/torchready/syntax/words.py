"""Words that could be names, asked for piece by piece."""

from __future__ import annotations

from torchready.syntax.piece import Piece


class WordsAmong:
    """Which of some wanted words stand in a piece: most pieces hold few of them or none."""

    __slots__ = ("_found", "_found_in_all", "wanted")

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self._found: dict[Piece, frozenset[str]] = {}
        self._found_in_all: dict[frozenset[Piece], frozenset[str]] = {}

    def of(self, piece: Piece) -> frozenset[str]:
        found = self._found.get(piece)
        if found is None:
            found = self._as_before(piece)
            if found is None:
                found = self.wanted & piece.identifiers()
            self._found[piece] = found
        return found

    def _as_before(self, piece: Piece) -> frozenset[str] | None:
        """Finding all words of a large function takes longer than most of what an edit costs."""
        before = piece.equal_but_for_other_words(self.wanted)
        return None if before is None else self._found.get(before)

    def of_all(self, pieces: frozenset[Piece]) -> frozenset[str]:
        """Those that stand in any of some pieces."""
        found = self._found_in_all.get(pieces)
        if found is None:
            found = self._found_in_all[pieces] = frozenset[str]().union(*map(self.of, pieces))
        return found

    def is_larger_than(self, pieces: int) -> bool:
        """Whether it remembers more than so many pieces: some of them are gone from their text."""
        return len(self._found) > pieces
