"""`full`, `concise`, the summary and the statistics: what a person reads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.output.example import functional, reused, span, unsafe, written

from torchready.output.concise import concise
from torchready.output.full import full
from torchready.output.listing import Listing
from torchready.output.summary import statistics, summary


def test_concise_has_one_line_per_finding_and_marks_safe_fixes(tmp_path: Path) -> None:
    name = written(tmp_path)
    text = concise(Listing([functional(name), reused(name), unsafe(name)], tmp_path))
    assert text == (
        "model.py:5:13: TR101 [*] `F.relu` is a function\n"
        "model.py:6:25: TR201 `self.relu` runs twice\n"
        "model.py:7:9: TR101 `F.relu` is a function\n"
    )


def test_concise_shows_paths_elsewhere_as_they_are(tmp_path: Path) -> None:
    name = written(tmp_path)
    (tmp_path / "other").mkdir()
    assert concise(Listing([reused(name)], tmp_path / "other")).startswith(f"{name}:6:25: ")


def test_full_underlines_the_range_and_tells_the_fix(tmp_path: Path) -> None:
    assert full(Listing([functional(written(tmp_path))], tmp_path)) == (
        "TR101 [*] `F.relu` is a function\n"
        " --> model.py:5:13\n"
        "  |\n"
        "3 | class Net(Module):\n"
        "4 |     def forward(self, x):\n"
        "5 |         x = F.relu(x)\n"
        "  |             ^^^^^^\n"
        '6 |         y = "数据"; x = self.relu(self.relu(x))\n'
        "7 |     return F.softmax(\n"
        "  |\n"
        "help: Use `nn.ReLU`\n"
        "\n"
    )


def test_full_marks_beside_wide_characters_and_shows_related_places(tmp_path: Path) -> None:
    text = full(Listing([reused(written(tmp_path))], tmp_path))
    assert (
        '6 |         y = "数据"; x = self.relu(self.relu(x))\n  |                           ^^^^^^^^^\n'
    ) in text
    assert (
        "note: first used here\n"
        " --> model.py:6:35\n"
        "  |\n"
        '6 |         y = "数据"; x = self.relu(self.relu(x))\n'
        "  |                                     ---------\n"
    ) in text


def test_full_marks_every_line_of_a_range_and_expands_tabs(tmp_path: Path) -> None:
    text = full(Listing([unsafe(written(tmp_path))], tmp_path))
    assert ("7 |     return F.softmax(\n  |            ^^^^^^^^^^\n8 |         x)\n  |         ^^\n") in text
    assert "help: Use `nn.Softmax` (unsafe fix)\n" in text


def test_full_goes_without_lines_when_the_file_is_gone(tmp_path: Path) -> None:
    text = full(Listing([functional(str(tmp_path / "gone.py"))], tmp_path))
    assert text == "TR101 [*] `F.relu` is a function\n --> gone.py:5:13\nhelp: Use `nn.ReLU`\n\n"


def test_full_takes_the_text_of_standard_input(tmp_path: Path) -> None:
    finding = functional("-", range=span(0, 0, 0, 6))
    assert "1 | import this\n  | ^^^^^^\n" in full(Listing([finding], tmp_path, texts={"-": "import this\n"}))


def test_source_and_names_cannot_steer_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb.py"
    path.write_text("x = '\x1b]0;owned\x07\u202e'\n", encoding="utf-8")
    finding = functional(str(path), range=span(0, 0, 0, 1), message="\x1b[2J")
    text = full(Listing([finding], tmp_path)) + concise(Listing([finding], tmp_path))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "a␛[31mb.py:1:1" in text


def test_colour_changes_nothing_but_the_colour(tmp_path: Path) -> None:
    import re

    name = written(tmp_path)
    findings = [functional(name), reused(name), unsafe(name)]
    for show in (full, concise):
        plain, painted = (show(Listing(findings, tmp_path, colored)) for colored in (False, True))
        assert "\x1b[" in painted
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_statistics_count_by_rule_the_most_frequent_first(tmp_path: Path) -> None:
    name = written(tmp_path)
    findings = [reused(name), functional(name), unsafe(name), *[replace(reused(name), code="TR202")] * 10]
    assert statistics(findings) == (
        "10\tTR202\t[ ] reused-module\n 2\tTR101\t[-] functional-layer\n 1\tTR201\t[ ] reused-module\n"
    )


def test_summary_offers_what_can_be_fixed(tmp_path: Path) -> None:
    name = written(tmp_path)
    safe, none, hidden = functional(name), reused(name), unsafe(name)
    assert summary([], 0, unsafe=False) == "All checks passed!\n"
    assert summary([], 0, unsafe=False, complete=False) == "No findings in what could be read.\n"
    assert summary([none], 0, unsafe=False) == "Found 1 finding.\n"
    assert summary([safe, none], 0, unsafe=False) == "Found 2 findings.\n[*] 1 fixable with `--fix`.\n"
    assert summary([safe, hidden], 0, unsafe=False) == (
        "Found 2 findings.\n[*] 1 fixable with `--fix` (1 more with `--fix --unsafe-fixes`).\n"
    )
    assert summary([hidden], 0, unsafe=False) == (
        "Found 1 finding.\nNo safe fixes (1 unsafe with `--fix --unsafe-fixes`).\n"
    )
    assert summary([none], 2, unsafe=False) == "Found 3 findings (2 fixed, 1 remaining).\n"
    assert summary([], 1, unsafe=False) == "Found 1 finding (1 fixed, 0 remaining).\n"
