"""Where imports lead to: packages, folders in them without an `__init__.py`, and scripts."""

from __future__ import annotations

from pathlib import Path

from torchready.workspace.imports import ImportFinder, import_roots


def plant(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


def test_a_folder_without_a_mark_is_a_part_of_the_package_around_it(tmp_path: Path):
    plant(tmp_path, "zoo/__init__.py", "zoo/models/net.py", "zoo/parts.py")
    roots = import_roots(tmp_path / "zoo/models/net.py")
    assert roots == (tmp_path / "zoo/models", tmp_path)
    assert ImportFinder(()).find("zoo.parts", roots) == tmp_path / "zoo/parts.py"


def test_a_script_in_a_package_imports_its_neighbour_rather_than_what_has_the_same_name(tmp_path: Path):
    plant(tmp_path, "zoo/__init__.py", "zoo/scripts/train.py", "zoo/scripts/parts.py", "parts.py")
    roots = import_roots(tmp_path / "zoo/scripts/train.py")
    assert ImportFinder((tmp_path,)).find("parts", roots) == tmp_path / "zoo/scripts/parts.py"


def test_a_folder_beside_no_package_is_none(tmp_path: Path):
    plant(tmp_path, "tools/train.py")
    assert import_roots(tmp_path / "tools/train.py") == (tmp_path / "tools",) * 2


def test_marks_are_all_that_could_change_the_roots(tmp_path: Path):
    plant(tmp_path, "zoo/__init__.py", "zoo/models/net.py")
    marks = set(ImportFinder((tmp_path,)).package_marks(tmp_path / "zoo/models"))
    assert {
        tmp_path / "zoo/models/__init__.py",
        tmp_path / "zoo/__init__.py",
        tmp_path / "__init__.py",
    } <= marks
