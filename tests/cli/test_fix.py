"""`--fix` and `--diff`: what happens to files, byte by byte."""

from __future__ import annotations

import codecs
import os
import stat
import subprocess
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.models import BROKEN, FIXED, FUNCTIONAL, REUSED

ENCODED = {
    "plain": (FUNCTIONAL.encode(), FIXED.encode()),
    "crlf": (FUNCTIONAL.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode()),
    "mark": (codecs.BOM_UTF8 + FUNCTIONAL.encode(), codecs.BOM_UTF8 + FIXED.encode()),
    "no final newline": (FUNCTIONAL.rstrip().encode(), FIXED.rstrip().encode()),
    "latin-1": (
        ("# coding: latin-1\n" + FUNCTIONAL + "# naïve\n").encode("latin-1"),
        ("# coding: latin-1\n" + FIXED + "# naïve\n").encode("latin-1"),
    ),
}


@pytest.mark.parametrize("name", list(ENCODED))
def test_fix_keeps_encoding_and_line_endings(name: str, run: Run) -> None:
    before, after = ENCODED[name]
    file = Path("model.py")
    file.write_bytes(before)
    outcome = run("check", "--fix")
    assert (outcome.code, outcome.out) == (0, b"")
    assert outcome.told == "Found 1 finding (1 fixed, 0 remaining).\n"
    assert file.read_bytes() == after


@pytest.mark.parametrize("name", list(ENCODED))
def test_git_applies_the_diff(name: str, run: Run) -> None:
    before, after = ENCODED[name]
    file = Path("model.py")
    file.write_bytes(before)
    outcome = run("check", "--diff")
    assert outcome.code == 1
    assert outcome.told == "Would fix 1 finding.\n"
    assert file.read_bytes() == before
    apply = ["git", "-c", "core.autocrlf=false", "apply", "-p0", "--whitespace=nowarn", "-"]
    subprocess.run(apply, input=outcome.out, check=True)
    assert file.read_bytes() == after


def test_nothing_to_fix_is_no_diff(run: Run) -> None:
    Path("model.py").write_text(REUSED)
    outcome = run("check", "--diff")
    assert (outcome.code, outcome.out) == (0, b"")


def test_what_remains_is_reported(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    Path("b.py").write_text(REUSED)
    outcome = run("check", "--fix", "--output-format", "concise")
    assert outcome.code == 1
    assert [line[:17] for line in outcome.lines] == ["b.py:10:16: TR201"]
    assert outcome.told == "Found 2 findings (1 fixed, 1 remaining).\n"
    assert Path("b.py").read_text() == REUSED


def test_exit_non_zero_on_fix(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    assert run("check", "--fix", "--exit-non-zero-on-fix").code == 1
    assert run("check", "--fix", "--exit-non-zero-on-fix").code == 0


def test_a_second_fix_changes_nothing(run: Run) -> None:
    file = Path("a.py")
    file.write_text(FUNCTIONAL)
    run("check", "--fix")
    before = file.stat()
    run("check", "--fix")
    assert file.stat().st_ino == before.st_ino


def test_a_file_that_does_not_parse_stays_whole(run: Run) -> None:
    Path("a.py").write_text(BROKEN)
    run("check", "--fix")
    text = Path("a.py").read_text()
    assert text.endswith("\ndef f(:\n    pass\n")


def test_a_read_only_file_is_told_and_left_alone(run: Run) -> None:
    file = Path("a.py")
    file.write_text(FUNCTIONAL)
    file.chmod(0o444)
    outcome = run("check", "--fix", "--output-format", "concise")
    assert outcome.code == 1
    assert "warning: a.py: not fixed: it is read-only\n" in outcome.told
    assert file.read_text() == FUNCTIONAL
    assert len(outcome.lines) == 1


def test_links_are_followed_and_modes_kept(run: Run) -> None:
    Path("real.txt").write_text(FUNCTIONAL)
    Path("real.txt").chmod(0o750)
    Path("link.py").symlink_to("real.txt")
    run("check", "--fix")
    assert Path("link.py").is_symlink()
    assert Path("real.txt").read_text() == FIXED
    assert stat.S_IMODE(Path("real.txt").stat().st_mode) == 0o750


def test_leftovers_of_a_killed_run_are_removed(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    Path(".a.py.0badcafe.torchready-temporary").write_text("half a fi")
    run("check", "--fix")
    assert sorted(os.listdir()) == [".torchready_cache", "a.py"]  # noqa: PTH208


def test_a_base_class_in_another_file_and_its_subclass_do_not_collide(run: Run) -> None:
    Path("base.py").write_text(FUNCTIONAL.replace("class Net", "class Base"))
    derived = """\
import torch.nn.functional as F

from base import Base


class Derived(Base):
    def __init__(self):
        super().__init__()

    def forward(self, x):
        return F.relu(super().forward(x), inplace=True)
"""
    Path("a_derived.py").write_text(derived)
    diff = run("check", "--diff").out
    assert run("check", "--fix").code == 0
    assert "self.relu = nn.ReLU()" in Path("base.py").read_text()
    own = Path("a_derived.py").read_text()
    assert "ReLU(inplace=True)" in own
    assert "self.relu = " not in own
    assert own.encode().splitlines()[-1] in diff
