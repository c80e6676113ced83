"""A remembered result holds exactly as long as what it was computed from."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from torchready.finding import (
    Applicability,
    Edit,
    Evidence,
    Finding,
    Fix,
    Position,
    Range,
    RelatedPlace,
    Severity,
    Tag,
)
from torchready.workspace import stored
from torchready.workspace.cache import ResultCache, content_state, remove_unused

CLOCK_RESOLUTION = 50_000_000


@contextmanager
def opened(folder: Path, configuration: str = "") -> Iterator[ResultCache]:
    with closing(ResultCache(folder / "cache", configuration, CLOCK_RESOLUTION)) as cache:
        cache.open()
        yield cache


def write(path: Path, text: str) -> Path:
    """Write, and wait until the cache trusts the file's times."""
    path.write_text(text)
    time.sleep(2 * CLOCK_RESOLUTION / 1e9)
    return path


def remembered(folder: Path, path: Path, configuration: str = "") -> bytes | None:
    with opened(folder, configuration) as cache:
        found = cache.get(path)
        return found and found.content


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write(tmp_path / "model.py", "model")


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base.py", "base")


@pytest.fixture
def kept(tmp_path: Path, model: Path, base: Path) -> Path:
    """A folder whose cache has a result for model.py, which looked at base.py and, in vain, at missing.py."""
    with opened(tmp_path) as cache:
        cache.put(model, content_state(b"model"), [str(base), str(tmp_path / "missing.py")], b"result")
    return tmp_path


def test_a_result_comes_back_with_its_dependencies(kept: Path, model: Path, base: Path) -> None:
    with opened(kept) as cache:
        found = cache.get(model)
        assert found is not None
        assert found.content == b"result"
        assert found.dependencies == (str(base), str(kept / "missing.py"))


def test_it_holds_when_only_the_time_of_change_differs(kept: Path, model: Path) -> None:
    os.utime(model, (5, 5))
    assert remembered(kept, model) == b"result"


def test_a_changed_file_is_not_remembered(kept: Path, model: Path) -> None:
    model.write_text("other")
    assert remembered(kept, model) is None


def test_a_change_of_the_same_length_is_seen_in_the_next_moment(tmp_path: Path) -> None:
    path = tmp_path / "fresh.py"
    path.write_text("aaa")
    with opened(tmp_path) as cache:
        cache.put(path, content_state(b"aaa"), [], b"result")
    status = path.stat()
    assert remembered(tmp_path, path) == b"result"
    path.write_text("bbb")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert remembered(tmp_path, path) is None


def test_a_file_exchanged_for_an_equally_old_and_long_one_is_not_remembered(kept: Path, model: Path) -> None:
    assert remembered(kept, model) == b"result"
    status = model.stat()
    other = write(kept / "other.py", "MODEL")
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.replace(model)
    assert remembered(kept, model) is None


@pytest.mark.parametrize("name", ["base.py", "missing.py"])
def test_a_changed_or_new_dependency_makes_it_stale(name: str, kept: Path, model: Path) -> None:
    write(kept / name, "new")
    assert remembered(kept, model) is None


def test_a_removed_dependency_makes_it_stale_until_it_is_back(kept: Path, model: Path, base: Path) -> None:
    base.unlink()
    assert remembered(kept, model) is None
    write(base, "base")
    assert remembered(kept, model) == b"result"


def test_a_folder_in_place_of_a_missing_file_makes_it_stale(kept: Path, model: Path) -> None:
    (kept / "missing.py").mkdir()
    assert remembered(kept, model) is None


def test_another_files_newer_view_of_a_dependency_does_not_refresh_it(
    kept: Path, model: Path, base: Path
) -> None:
    write(base, "new!")
    other = write(kept / "other.py", "other")
    with opened(kept) as cache:
        cache.put(other, content_state(b"other"), [str(base)], b"other")
    assert remembered(kept, other) == b"other"
    assert remembered(kept, model) is None


def test_a_dependency_that_changes_during_the_run_is_not_trusted(
    tmp_path: Path, model: Path, base: Path
) -> None:
    with opened(tmp_path) as cache:
        base.write_text("written after the analysis read it, perhaps")
        cache.put(model, content_state(b"model"), [str(base)], b"result")
    assert remembered(tmp_path, model) is None


def test_what_was_checked_counts_not_what_stands_there_now(tmp_path: Path, model: Path) -> None:
    with opened(tmp_path) as cache:
        cache.put(model, content_state(b"text before an edit"), [], b"result")
    assert remembered(tmp_path, model) is None


def test_another_configuration_has_other_results(kept: Path, model: Path) -> None:
    assert remembered(kept, model, "another") is None
    assert remembered(kept, model) == b"result"


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_ignored_and_mended(damage: bytes, kept: Path, model: Path) -> None:
    (database,) = (kept / "cache").glob("*.sqlite")
    database.write_bytes(damage)
    assert remembered(kept, model) is None
    with opened(kept) as cache:
        cache.put(model, content_state(b"model"), [], b"new")
    assert remembered(kept, model) == b"new"


def test_a_cache_of_another_shape_is_ignored(kept: Path, model: Path) -> None:
    (database,) = (kept / "cache").glob("*.sqlite")
    database.unlink()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE file (something INTEGER)")
    assert remembered(kept, model) is None


def test_a_cache_locked_by_another_run_is_not_waited_for_long(kept: Path, model: Path) -> None:
    (database,) = (kept / "cache").glob("*.sqlite")
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert remembered(kept, model) is None
    assert remembered(kept, model) == b"result"


def test_two_runs_at_once_both_keep_their_results(tmp_path: Path, model: Path, base: Path) -> None:
    with opened(tmp_path) as first, opened(tmp_path) as second:
        first.put(model, content_state(b"model"), [str(base)], b"model's")
        second.put(base, content_state(b"base"), [str(model)], b"base's")
    assert remembered(tmp_path, model) == b"model's"
    assert remembered(tmp_path, base) == b"base's"


def test_a_place_that_cannot_be_a_cache_does_no_harm(tmp_path: Path, model: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with opened(tmp_path) as cache:
        cache.put(model, content_state(b"model"), [], b"result")
        assert cache.get(model) is None


def test_names_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.py"
    with opened(tmp_path) as cache:
        cache.put(path, content_state(b""), [], b"result")
        assert cache.get(path) is None


def test_the_folder_keeps_out_of_version_control_and_backups(kept: Path) -> None:
    assert (kept / "cache" / ".gitignore").read_text().endswith("\n*\n")
    assert (
        (kept / "cache" / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )


def test_what_was_not_used_for_long_is_removed(kept: Path) -> None:
    old = kept / "cache" / "old.sqlite"
    old.write_text("")
    os.utime(old, (0, 0))
    remove_unused(kept / "cache")
    assert not old.exists()
    assert len(list((kept / "cache").glob("*.sqlite"))) == 1


def test_findings_come_back_as_they_were() -> None:
    span = Range(Position(1, 2), Position(3, 4))
    fix = Fix(Applicability.UNSAFE, "message", (Edit(span, "content 数据\r\n"),), "isolated")
    whole = Finding(
        "TR201", "name", "message \ud800", Severity.HINT, "/a.py", span, "A.B", "self.x", Evidence.RUN, fix,
        (RelatedPlace("/b.py", span, "there"),), (Tag.DEPRECATED, Tag.UNNECESSARY),
    )  # fmt: skip
    bare = Finding("TR101", "name", "", Severity.ERROR, "/a.py", span)
    problems = (("invalid syntax", span),)
    assert stored.load(stored.dump((whole, bare), problems)) == ((whole, bare), problems)
