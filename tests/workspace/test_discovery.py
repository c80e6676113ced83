"""Which files a check looks at, and what is said about those it cannot."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from torchready.config import Config
from torchready.workspace.discovery import is_excluded, python_files


def plant(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")


def found(root: Path, *paths: Path, exclude: Sequence[str] = ()) -> list[str]:
    """The files found under the paths (or the root), relative to the root; nothing may be reported."""
    reports: list[tuple[Path, str]] = []
    config = Config(exclude=tuple(exclude))
    files = python_files(paths or (root,), config, root, lambda *report: reports.append(report))
    assert reports == []
    return [path.relative_to(root).as_posix() for path in files]


def test_only_python_files_are_found_and_sorted(tmp_path: Path) -> None:
    plant(tmp_path, "b.py", "a/z.py", "a.pyi", "c.ipynb", "d.pyc", "a/b/c.py", "README.md", ".hidden.py")
    (tmp_path / "folder.py").mkdir()
    assert found(tmp_path) == [".hidden.py", "a/b/c.py", "a/z.py", "b.py"]


def test_named_files_are_always_found(tmp_path: Path) -> None:
    plant(tmp_path, "script", "venv/a.py", "build/b.py")
    ignore(tmp_path, "script")
    paths = (tmp_path / "script", tmp_path / "venv" / "a.py", tmp_path / "build" / "b.py")
    assert found(tmp_path, *paths, exclude=["build"]) == ["build/b.py", "script", "venv/a.py"]


def test_overlapping_paths_give_each_file_once(tmp_path: Path) -> None:
    plant(tmp_path, "a/b.py", "a/c.py")
    paths = (tmp_path / "a" / "c.py", tmp_path / "a", tmp_path, tmp_path / "a" / ".." / "a" / "b.py")
    assert len(found(tmp_path, *paths)) == 2


def test_usual_folders_are_left_out(tmp_path: Path) -> None:
    folders = (
        ".git",
        ".venv",
        "venv",
        "node_modules",
        "build",
        "dist",
        "__pycache__",
        ".tox",
        ".nox",
        ".eggs",
    )
    plant(tmp_path, *(f"{name}/a.py" for name in folders), "lib/site-packages/torch/a.py", "src/a.py")
    assert found(tmp_path) == ["src/a.py"]


@pytest.mark.parametrize("name", ["site-packages/torch", "build", "third_party/timm", ".venv"])
def test_a_named_folder_is_walked_whatever_excludes_it(tmp_path: Path, name: str) -> None:
    plant(tmp_path, f"{name}/a.py", f"{name}/inner/b.py", f"{name}/node_modules/c.py")
    ignore(tmp_path, "build/", "third_party")
    (tmp_path / ".git").mkdir()
    assert found(tmp_path, tmp_path / name, exclude=["/third_party", "/site-packages"]) == [
        f"{name}/a.py",
        f"{name}/inner/b.py",
    ]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("third_party", ["a.py", "src/a.py", "src/b_pb2.py"]),
        ("/third_party/", ["a.py", "src/a.py", "src/b_pb2.py", "src/third_party/x.py"]),
        ("*_pb2.py", ["a.py", "src/a.py", "src/third_party/x.py", "third_party/y.py"]),
        ("src/*.py", ["a.py", "src/third_party/x.py", "third_party/y.py"]),
        ("src/**", ["a.py", "third_party/y.py"]),
        ("**/x.py", ["a.py", "src/a.py", "src/b_pb2.py", "third_party/y.py"]),
    ],
)
def test_exclude_reads_as_a_gitignore(tmp_path: Path, pattern: str, left: list[str]) -> None:
    plant(tmp_path, "a.py", "src/a.py", "src/b_pb2.py", "src/third_party/x.py", "third_party/y.py")
    assert found(tmp_path, exclude=[pattern]) == left


def test_exclude_counts_from_the_root_when_a_folder_below_is_named(tmp_path: Path) -> None:
    plant(tmp_path, "src/a.py", "src/old/b.py")
    assert found(tmp_path, tmp_path / "src", exclude=["/src/old"]) == ["src/a.py"]


def test_a_negated_exclude_brings_back_a_usual_folder(tmp_path: Path) -> None:
    plant(tmp_path, "build/a.py", "dist/b.py")
    assert found(tmp_path, exclude=["!build"]) == ["build/a.py"]


def test_gitignore_files_above_and_below_the_named_folder_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    ignore(tmp_path, "generated_*.py", "/pkg/private")
    ignore(tmp_path / "pkg" / "deep", "!generated_b.py", "local.py")
    plant(tmp_path, "pkg/generated_a.py", "pkg/deep/generated_b.py", "pkg/deep/local.py", "pkg/local.py")
    plant(tmp_path, "pkg/private/a.py", "pkg/deep/private/a.py")
    assert found(tmp_path, tmp_path / "pkg") == [
        "pkg/deep/generated_b.py",
        "pkg/deep/private/a.py",
        "pkg/local.py",
    ]


def test_a_gitignore_above_the_repository_does_not_count(tmp_path: Path) -> None:
    ignore(tmp_path, "*.py")
    plant(tmp_path, "repository/a.py")
    (tmp_path / "repository" / ".git").mkdir()
    assert found(tmp_path, tmp_path / "repository") == ["repository/a.py"]


def test_a_gitignore_with_broken_lines_and_bytes_still_counts(tmp_path: Path) -> None:
    plant(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"\xef\xbb\xbf# comment\r\n!\r\n\\\n[z-a]\n\xff\xfe\n\na.py\r\n")
    assert found(tmp_path) == ["b.py"]


@pytest.mark.parametrize(
    "lines",
    [
        ["*", "!*/", "!*.py"],
        ["*", "!/src/", "!/src/*.py"],
        ["src/**", "!src/keep.py"],
        ["src/*", "!src/keep.py"],
        ["src/**", "!src/inner/", "!src/inner/keep.py"],
        ["keep*", "!keep_tools/"],
        ["inner/"],
        ["/inner/"],
        ["**/inner/keep.py"],
        ["src/**/keep.py"],
        ["*.py", "!keep.py"],
        ["src", "!src/keep.py"],
        ["inn?r", "[ks]eep.py"],
        ["\\!odd.py", "\\#odd.py"],
        ["keep.py   "],
        ["/*", "!/src", "/src/*", "!/src/inner"],
    ],
)
def test_gitignore_files_mean_what_git_says(tmp_path: Path, lines: list[str]) -> None:
    plant(tmp_path, "keep.py", "other.py", "src/keep.py", "src/other.py", "src/inner/keep.py", "!odd.py")
    plant(tmp_path, "src/inner/other.py", "inner/a.py", "keep_tools/x.py", "keep_tools/keep.py", "#odd.py")
    ignore(tmp_path, *lines)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    command = ["git", "-c", "core.excludesFile=/dev/null", "ls-files", "-z", "--others", "--exclude-standard"]
    listed = subprocess.check_output(command, cwd=tmp_path, text=True).split("\0")
    assert found(tmp_path) == sorted(
        (name for name in listed if name.endswith(".py")), key=lambda name: Path(name)
    )


def test_links_neither_loop_nor_double(tmp_path: Path) -> None:
    plant(tmp_path, "pkg/a.py", "zoo/b.py")
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path)
    (tmp_path / "pkg" / "again.py").symlink_to(tmp_path / "zoo" / "b.py")
    (tmp_path / "pkg" / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    assert found(tmp_path) == ["pkg/a.py", "zoo/b.py"]
    assert found(tmp_path, tmp_path / "pkg" / "again.py") == ["pkg/again.py"]


def test_a_named_link_to_a_folder_is_walked(tmp_path: Path) -> None:
    plant(tmp_path, "real/a.py")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert found(tmp_path, tmp_path / "link") == ["link/a.py"]


def test_what_does_not_exist_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    plant(tmp_path, "a.py")
    reports: list[tuple[Path, str]] = []
    paths = [tmp_path / "nowhere", tmp_path / "a.py"]
    files = python_files(paths, Config(), tmp_path, lambda *report: reports.append(report))
    assert files == [tmp_path / "a.py"]
    assert reports == [(tmp_path / "nowhere", "does not exist")]


def test_a_folder_that_cannot_be_read_is_reported_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Paths beyond the system's limit fail for every user; a folder without permissions would not for root.
    monkeypatch.chdir(tmp_path)
    plant(tmp_path, "a.py")
    for _ in range(30):
        Path("d" * 200).mkdir()
        os.chdir("d" * 200)
    os.chdir(tmp_path)
    reports: list[tuple[Path, str]] = []
    files = python_files([tmp_path], Config(), tmp_path, lambda *report: reports.append(report))
    assert files == [tmp_path / "a.py"]
    ((path, reason),) = reports
    assert path.name == "d" * 200
    assert reason == "cannot be read: File name too long"


def test_paths_stay_relative_when_given_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "pkg/a.py")
    monkeypatch.chdir(tmp_path)
    assert python_files([Path()], Config(), tmp_path) == [Path("pkg/a.py")]


@pytest.mark.parametrize(
    ("path", "excluded"),
    [
        ("src/a.py", False),
        ("venv/lib/a.py", True),
        ("third_party/deep/a.py", True),
        ("src/skip.py", True),
        ("build/a.py", False),
        ("../elsewhere/venv/a.py", False),
    ],
)
def test_an_open_file_knows_whether_it_is_excluded(tmp_path: Path, path: str, excluded: bool) -> None:
    config = Config(exclude=("third_party", "skip.py", "!build"))
    assert is_excluded(Path(os.path.normpath(tmp_path / path)), config, tmp_path) is excluded
