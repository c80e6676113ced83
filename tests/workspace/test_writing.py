"""Files are replaced in one step, as they were in everything but their text."""

from __future__ import annotations

import codecs
import subprocess
import sys
from pathlib import Path

import pytest

from torchready.workspace.reading import read_source
from torchready.workspace.writing import (
    TEMPORARY_SUFFIX,
    SourceChangedError,
    SourceWriteError,
    remove_stale_temporaries,
    write_source,
)


def names_beside(file: Path) -> list[str]:
    return sorted(path.name for path in file.parent.iterdir())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_bytes(b"x = 1\r\n")
    return path


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"x\r\ny", "z\r\ny", b"z\r\ny"),
        (codecs.BOM_UTF8 + b"x\n", "é\n", codecs.BOM_UTF8 + "é\n".encode()),
        (b"# coding: latin-1\n'\xe9'", "# coding: latin-1\n'è'", b"# coding: latin-1\n'\xe8'"),
    ],
)
def test_encoding_mark_and_line_endings_are_kept(before: bytes, text: str, after: bytes, file: Path) -> None:
    file.write_bytes(before)
    write_source(read_source(file), text)
    assert file.read_bytes() == after
    assert names_beside(file) == ["model.py"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_mode_and_owner_are_kept(mode: int, file: Path) -> None:
    file.chmod(mode)
    before = file.stat()
    write_source(read_source(file), "y")
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_a_link_stays_a_link(file: Path) -> None:
    link = file.parent / "sub" / "link.py"
    link.parent.mkdir()
    link.symlink_to("../model.py")
    write_source(read_source(link), "y")
    assert link.is_symlink()
    assert file.read_text() == "y"


def test_an_edit_by_somebody_else_is_not_overwritten(file: Path) -> None:
    source = read_source(file)
    file.write_text("edited")
    with pytest.raises(SourceChangedError):
        write_source(source, "fixed")
    assert file.read_text() == "edited"
    assert names_beside(file) == ["model.py"]


def test_a_file_that_went_away_does_not_come_back(file: Path) -> None:
    source = read_source(file)
    file.unlink()
    with pytest.raises(SourceChangedError):
        write_source(source, "fixed")
    assert names_beside(file) == []


def test_a_read_only_file_is_left_alone(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(SourceWriteError, match="it is read-only"):
        write_source(read_source(file), "fixed")
    assert file.read_bytes() == b"x = 1\r\n"


def test_text_that_the_encoding_lacks_is_refused(file: Path) -> None:
    file.write_bytes(b"# coding: latin-1\n")
    with pytest.raises(SourceWriteError, match="cannot be written as iso-8859-1"):
        write_source(read_source(file), "# coding: latin-1\n'€'")


def test_leftovers_of_killed_runs_go_and_those_of_living_ones_stay(file: Path) -> None:
    stale = file.with_name(f".model.py.1234{TEMPORARY_SUFFIX}")
    living = file.with_name(f".model.py.5678{TEMPORARY_SUFFIX}")
    stale.write_text("")
    holder = (
        "import fcntl, sys; file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX);"
        "print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(living)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        remove_stale_temporaries([file.parent])
        assert names_beside(file) == [living.name, "model.py"]
        process.communicate(b"")
    remove_stale_temporaries([file.parent])
    assert names_beside(file) == ["model.py"]
