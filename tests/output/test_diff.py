"""Diffs, applied by git: what it makes of the old file must be the new one, byte by byte."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from torchready.output.diff import unified


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"),
        ("a\nb\r\nc\n", "a\nB\r\nc\n"),
        ("a\nb", "a\nB"),
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\rb\rc\n", "a\rB\rc\n"),
        ("a\fb\n\x0bc\x1c\u2028d\n", "a\fb\n\x0bC\x1c\u2028d\n"),
        ("", "a\n"),
        ("--- a\n", "+++ a\n"),
        ("\ufeffé = 1\n", "\ufeffé = 2\n"),
    ],
)
def test_git_applies_the_diff(before: str, after: str, tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_bytes(before.encode())
    diff = unified("model.py", before, after, colored=False)
    apply = ["git", "-c", "core.autocrlf=false", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(apply, cwd=tmp_path, input=diff.encode(), check=True)
    assert file.read_bytes() == after.encode()


def test_a_missing_final_newline_is_named() -> None:
    note = "\\ No newline at end of file\n"
    head = "--- a.py\n+++ a.py\n@@ -1 +1 @@\n"
    assert unified("a.py", "x", "y", colored=False) == f"{head}-x\n{note}+y\n{note}"


def test_equal_texts_have_no_diff() -> None:
    assert unified("a.py", "x\n", "x\n", colored=True) == ""


def test_colour_tells_old_from_new() -> None:
    diff = unified("a.py", "x\n", "y\n", colored=True)
    assert "\x1b[31m-x\x1b[0m\n\x1b[32m+y\x1b[0m\n" in diff
