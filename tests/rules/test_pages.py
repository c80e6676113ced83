"""The rule pages under docs/rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.rules import pages
from torchready.rules.registry import RULES

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_pages_in_docs_are_up_to_date() -> None:
    assert pages.stale(FOLDER, pages.pages()) == [], "run `nox -s docs -- write`"


def test_index_lists_every_rule() -> None:
    index = pages.pages()[pages.INDEX]
    assert [rule.code for rule in RULES if f"[{rule.code}]({rule.code}.md)" not in index] == []


def test_writing_leaves_exactly_the_pages(tmp_path: Path) -> None:
    (tmp_path / "TR999.md").write_text("a rule that is gone", encoding="utf-8")
    assert pages.main([str(tmp_path)]) == 0
    assert {page.name for page in tmp_path.iterdir()} == pages.pages().keys()
    assert pages.main([str(tmp_path), "--check"]) == 0


def test_check_names_the_stale_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages.write(tmp_path, pages.pages())
    (tmp_path / pages.INDEX).write_text("old", encoding="utf-8")
    assert pages.main([str(tmp_path), "--check"]) == 1
    assert "README.md no longer match" in capsys.readouterr().err


def test_wrong_use_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert pages.main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
