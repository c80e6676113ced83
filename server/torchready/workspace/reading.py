"""Reading source files as Python does: encoding declarations, byte order marks, any line ending."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from tokenize import detect_encoding


class SourceReadError(Exception):
    """A file that cannot be turned into text. The message is for people and names no path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it stood on disk; `text` has neither byte order mark nor translated line endings."""

    path: Path
    raw: bytes
    text: str
    encoding: str

    def encoded(self, text: str) -> bytes:
        """Another text in this file's encoding, with its byte order mark. Raises UnicodeEncodeError."""
        return text.encode(self.encoding)

    @property
    def survives_rewriting(self) -> bool:
        """False where decoding loses something, as in encodings that can spell one text in several ways."""
        try:
            return self.encoded(self.text) == self.raw
        except UnicodeEncodeError:
            return False


def read_source(path: Path) -> SourceFile:
    """Raises `SourceReadError`."""
    try:
        # A named pipe called model.py would make the whole run wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceReadError(path, "is not a regular file")
        raw = path.read_bytes()
    except OSError as error:
        raise SourceReadError(path, f"cannot be read: {_reason(error)}") from error
    return decoded(path, raw)


def standard_input_bytes() -> bytes:
    return sys.stdin.buffer.read()


def decoded(path: Path, raw: bytes) -> SourceFile:
    """Raises `SourceReadError` when the bytes do not agree with the encoding they declare."""
    try:
        encoding = _encoding(raw)
        return SourceFile(path, raw, raw.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{raw[error.start]:02x} in line {line}"
        raise SourceReadError(path, f"cannot be decoded as {error.encoding}: {found}") from error
    except (LookupError, SyntaxError) as error:
        raise SourceReadError(path, f"cannot be decoded: {error}") from error


def _encoding(raw: bytes) -> str:
    # The tokenizer also ends lines at a lone carriage return, which a binary file's readline() does not.
    lines = iter(raw[:4096].splitlines(keepends=True))
    try:
        return detect_encoding(lambda: next(lines, b""))[0]
    except SyntaxError:
        # Without a declaration this is UTF-8 that fails to decode: let the decoding say where.
        if _declares_encoding(raw):
            raise
        return "utf-8"


def _declares_encoding(raw: bytes) -> bool:
    return any(b"coding" in line for line in raw[:4096].splitlines()[:2])


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
