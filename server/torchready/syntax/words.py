"""Words that could be names, asked for piece by piece."""

from __future__ import annotations

from torchready.syntax.piece import Piece


class WordsAmong:
    """Which of some wanted words stand in a piece: most pieces hold few of them or none."""

    __slots__ = ("_found", "wanted")

    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self._found: dict[Piece, frozenset[str]] = {}

    def of(self, piece: Piece) -> frozenset[str]:
        found = self._found.get(piece)
        if found is None:
            found = self._found[piece] = self.wanted & piece.identifiers()
        return found

    def is_larger_than(self, pieces: int) -> bool:
        """Whether it remembers more than so many pieces: some of them are gone from their text."""
        return len(self._found) > pieces
