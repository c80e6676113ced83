"""Text of a document: lines, positions, encodings, edits. Knows nothing of Python syntax."""

from torchready.text.document import Change, Text

__all__ = ["Change", "Text"]
