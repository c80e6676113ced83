"""The hand-written pages: links lead somewhere, and what they list is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from torchready.config.keys import TORCHREADY

PROJECT = Path(__file__).parent.parent
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
EDITORS = PROJECT / "docs" / "editors"
LINK = re.compile(r"\]\(([^)\s]+)\)")
TEST_COMMAND = "python -m pip install nox && python -m nox"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    broken = [link for link in targets if not (page.parent / link.partition("#")[0]).exists()]
    assert broken == []


def test_every_page_of_the_user_guide_is_listed() -> None:
    index = (PROJECT / "docs" / "README.md").read_text(encoding="utf-8")
    guide = [f"user-guide/{page.name}" for page in (PROJECT / "docs" / "user-guide").glob("*.md")]
    assert [page for page in guide if f"({page})" not in index] == []


def test_every_editor_is_listed_with_its_configurations() -> None:
    index = (EDITORS / "README.md").read_text(encoding="utf-8")
    files = [
        path.relative_to(EDITORS).as_posix() for path in EDITORS.rglob("*.*") if path.name != "README.md"
    ]
    assert files
    assert [file for file in files if f"({file})" not in index] == []


@pytest.mark.parametrize("page", sorted(EDITORS.glob("[a-z]*.md")), ids=lambda page: page.stem)
def test_the_page_of_an_editor_shows_the_configuration_it_links_to(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = [(EDITORS / link).resolve() for link in LINK.findall(text) if "://" not in link]
    configurations = [target for target in targets if target.is_file() and target.is_relative_to(EDITORS)]
    assert configurations
    blocks = re.findall(r"^```\w+\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [path.name for path in configurations if path.read_text(encoding="utf-8") not in blocks] == []


def test_the_configuration_page_lists_every_key() -> None:
    page = (PROJECT / "docs" / "user-guide" / "configuration.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)
    assert sorted(listed) == sorted(keys(TORCHREADY.schema()))


def keys(schema: Mapping[str, Any]) -> Iterator[str]:
    """The settings, and those of a model."""
    properties = cast("dict[str, Any]", schema["properties"])
    yield from properties
    yield from properties["model"]["items"]["properties"]


def test_invariants_name_tests_that_exist() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
    files = sorted((PROJECT / "tests").rglob("test_*.py"))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r"`(test_\w+)`", page))
    assert named
    assert {name for name in named if f"def {name}(" not in tests} == set()


def test_continuous_integration_does_what_the_readme_says() -> None:
    assert f"\n{TEST_COMMAND}\n" in (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f"\n{TEST_COMMAND}\n" in (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
