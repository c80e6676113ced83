"""Text -> pieces -> trees.

A scanner that only knows strings, brackets, comments and indentation cuts the text into pieces: top-level
statements, class headers and class members. Each piece is parsed by itself, when somebody asks for its
tree; an edit makes new pieces only where it touched the text. What the code means is not known here.
"""

from torchready.syntax.piece import Comment, Piece, Trees
from torchready.syntax.source import Syntax
from torchready.syntax.words import WordsAmong

__all__ = ["Comment", "Piece", "Syntax", "Trees", "WordsAmong"]
