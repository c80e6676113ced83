"""Source files are read as Python reads them, and encode back to the same bytes."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest

from torchready.workspace.reading import SourceReadError, decoded, read_source

HERE = Path("model.py")


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        ("é = 1\r\n".encode(), "é = 1\r\n", "utf-8"),
        (codecs.BOM_UTF8 + "é\r".encode(), "é\r", "utf-8-sig"),
        (b"# coding: latin-1\n'\xe9'\n", "# coding: latin-1\n'é'\n", "iso-8859-1"),
        (
            b"#!/usr/bin/python\n# -*- coding: cp1252 -*-\n'\x80'",
            "#!/usr/bin/python\n# -*- coding: cp1252 -*-\n'€'",
            "cp1252",
        ),
        (
            b"# one\r# vim: fileencoding=cp1251\r'\xe9'\r",
            "# one\r# vim: fileencoding=cp1251\r'й'\r",
            "cp1251",
        ),
        ("# one\n# two\n# coding: latin-1\n'é'".encode(), "# one\n# two\n# coding: latin-1\n'é'", "utf-8"),
        ("x = 1\n# coding: latin-1\n'é'".encode(), "x = 1\n# coding: latin-1\n'é'", "utf-8"),
        (b"\x0c\x00", "\x0c\x00", "utf-8"),
    ],
)
def test_text_and_back(raw: bytes, text: str, encoding: str) -> None:
    source = decoded(HERE, raw)
    assert (source.text, source.encoding) == (text, encoding)
    assert source.survives_rewriting
    assert source.encoded(source.text) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"x = 1\ny = '\xe9'\n", "cannot be decoded as utf-8: byte 0xe9 in line 2"),
        (b"# coding: ascii\n\n'\xe9'", "cannot be decoded as ascii: byte 0xe9 in line 3"),
        (b"# coding: klingon\n", "cannot be decoded: unknown encoding: klingon"),
        (b"# coding: rot13\n", "cannot be decoded: 'rot13' is not a text encoding"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "cannot be decoded: encoding problem: utf-8"),
    ],
)
def test_bytes_that_are_no_text_say_where(raw: bytes, reason: str) -> None:
    with pytest.raises(SourceReadError, match="^" + reason.partition(";")[0]):
        decoded(HERE, raw)


def test_an_encoding_with_several_spellings_is_not_rewritten() -> None:
    assert not decoded(HERE, b"# coding: utf-7\nx = '+AGE-'\n").survives_rewriting


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    for name, reason in (
        ("pipe.py", "is not a regular file"),
        ("gone.py", "no such file"),
        (".", "not a regular"),
    ):
        with pytest.raises(SourceReadError, match=reason):
            read_source(tmp_path / name)
