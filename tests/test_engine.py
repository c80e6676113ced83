"""The engine: what it says after edits is what it says of the text from scratch, and nothing brings it down."""

from __future__ import annotations

import ast
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.editing import MODELS, change_of, edits, line_change_of, line_edits, sources

from torchready.config import Config
from torchready.engine import Engine, Report, Snapshot
from torchready.finding import Applicability, Finding, Position, Range
from torchready.text import Change, Text

PACKAGES = Path(__file__).parent / "corpus" / "packages"
PROFILES = st.sampled_from(("default", "aimet"))
MIXED_EDITS = st.lists(st.one_of(line_edits(1), edits(1)).map(lambda found: found[0]), min_size=1, max_size=5)
# How many texts to go back, and from there how many forth.
BACK_AND_FORTH = (st.integers(1, 4), st.integers(0, 4))
AnyEdit = tuple[str, int, int, str] | tuple[int, int, str]


@contextmanager
def empty_workspace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def edited(engine: Engine, snapshot: Snapshot, edit: AnyEdit) -> Snapshot:
    match edit:
        case (str(), *_):
            return engine.edit(snapshot, [line_change_of(snapshot.text, edit)])
        case _:
            return engine.edit(snapshot, [change_of(snapshot.text, edit)[0]])


def test_the_first_of_two_classes_of_one_name_is_followed_too(tmp_path: Path) -> None:
    net = "class Net(nn.Module):\n    def forward(self, x):\n        return x\n\n\n"
    source = f"from torch import nn\nfrom torch.nn import functional as F\n\n\n{net}{net}"
    engine = Engine(Config(), tmp_path)
    snapshot = engine.open(tmp_path / "net.py", source)
    assert engine.report(snapshot).findings == ()
    place = Range(Position(6, 15), Position(6, 16))
    snapshot = engine.edit(snapshot, [Change(place, "F.relu(x)")])
    assert [finding.range.start for finding in engine.report(snapshot).findings] == [Position(6, 15)]


@given(sources(MODELS), MIXED_EDITS, PROFILES)
def test_a_report_after_edits_is_the_report_from_scratch(
    source: str, changes: list[AnyEdit], profile: str
) -> None:
    with empty_workspace() as root:
        engine = Engine(Config(profile=profile), root)
        snapshot = engine.open(root / "model.py", source)
        engine.report(snapshot)
        for edit in changes:
            snapshot = edited(engine, snapshot, edit)
            report = engine.report(snapshot)
            fresh = Engine(Config(profile=profile), root)
            assert report == fresh.report(fresh.open(root / "model.py", snapshot.text.content))


@given(sources(MODELS), MIXED_EDITS, PROFILES)
def test_a_quick_report_differs_in_fixes_only(source: str, changes: list[AnyEdit], profile: str) -> None:
    with empty_workspace() as root:
        engine = Engine(Config(profile=profile), root)
        snapshot = engine.open(root / "model.py", source)
        for edit in changes:
            snapshot = edited(engine, snapshot, edit)
            quick = engine.report(snapshot, quick=True)
            full = engine.report(snapshot)
            assert without_fixes(quick) == without_fixes(full)
            # What is known of fixes by now is told in quick reports too.
            again = engine.report(snapshot, quick=True)
            assert [finding.message for finding in again.findings] == [
                finding.message for finding in full.findings
            ]


@given(sources(MODELS), st.lists(st.tuples(MIXED_EDITS, *BACK_AND_FORTH), min_size=1, max_size=3), PROFILES)
def test_a_text_that_comes_back_has_its_report_again(
    source: str, changes: list[tuple[list[AnyEdit], int, int]], profile: str
) -> None:
    """Undone and redone, or deleted letter by letter, with quick reports in between as while somebody types."""
    with empty_workspace() as root:
        engine = Engine(Config(profile=profile), root)
        snapshot = engine.open(root / "model.py", source)
        texts = [snapshot.text.content]
        for some, back, redo in changes:
            for edit in some:
                snapshot = edited(engine, snapshot, edit)
                texts.append(snapshot.text.content)
                assert without_fixes(engine.report(snapshot, quick=True)) == fresh(root, texts[-1], profile)
            undone = texts[-2 : -2 - back : -1]
            redone = undone[-2::-1] + texts[-1:]
            for content in (*undone, *redone[:redo]):
                snapshot = engine.edit(snapshot, [rewriting(snapshot.text, content)])
                assert without_fixes(engine.report(snapshot, quick=True)) == fresh(root, content, profile)
                texts.append(content)
        alone = Engine(Config(profile=profile), root)
        assert engine.report(snapshot) == alone.report(alone.open(root / "model.py", texts[-1]))


def fresh(root: Path, content: str, profile: str) -> tuple[object, ...]:
    engine = Engine(Config(profile=profile), root)
    return without_fixes(engine.report(engine.open(root / "model.py", content), quick=True))


def rewriting(text: Text, content: str) -> Change:
    """The change that makes all of a text another one."""
    return Change(Range(Position(0, 0), text.position(len(text.content))), content)


def without_fixes(report: Report) -> tuple[object, ...]:
    found = [
        replace(finding, fix=None, message=finding.message.partition(" (no safe fix:")[0])
        for finding in report.findings
    ]
    return found, report.broken


@given(sources(MODELS), st.lists(line_edits(1).map(lambda found: found[0]), max_size=3), PROFILES)
def test_fixing_ends_with_nothing_left_to_fix(source: str, changes: list[AnyEdit], profile: str) -> None:
    with empty_workspace() as root:
        text = Text(source)
        for edit in changes:
            text = text.changed(line_change_of(text, edit))
        engine = Engine(Config(profile=profile), root)
        fixed = engine.fix_all(root / "model.py", text.content)
        assert not any(is_safe(finding) for finding in fixed.remaining.findings)
        assert fixed.remaining == Engine(Config(profile=profile), root).check(root / "model.py", fixed.text)
        again = engine.fix_all(root / "model.py", fixed.text)
        assert (again.text, again.applied) == (fixed.text, ())
        if parses(text.content):
            assert parses(fixed.text)


def is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability is Applicability.SAFE


def parses(content: str) -> bool:
    try:
        ast.parse(content.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return False
    return True


def package_files() -> list[Path]:
    return sorted(path.relative_to(PACKAGES) for path in PACKAGES.rglob("*.py"))


@given(st.sampled_from(package_files()), MIXED_EDITS, PROFILES)
def test_reports_on_all_files_follow_edits_of_one(
    edited_file: Path, changes: list[AnyEdit], profile: str
) -> None:
    """Classes, helpers and names of a file that other files use."""
    with empty_workspace() as folder:
        root = folder / edited_file.parts[0]
        shutil.copytree(PACKAGES / edited_file.parts[0], root)
        paths = sorted(root.rglob("*.py"))
        engine = Engine(Config(profile=profile), root)
        open_files = {path: engine.open(path, path.read_text(encoding="utf-8")) for path in paths}
        for edit in changes:
            for path in paths:
                engine.report(open_files[path])
            target = folder / edited_file
            open_files[target] = edited(engine, open_files[target], edit)
        fresh = Engine(Config(profile=profile), root)
        reopened = {path: fresh.open(path, snapshot.text.content) for path, snapshot in open_files.items()}
        for path in paths:
            assert engine.report(open_files[path]) == fresh.report(reopened[path])


NET = """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.relu(x)
"""


def nested(depth: int) -> str:
    return "(" * depth + "x" + ")" * depth


ODD_TEXTS = {
    "nothing": "",
    "a byte order mark": "\ufeff",
    "blanks": " \t\f\n\n  ",
    "NUL": "\0",
    "NUL in a name": NET.replace("Net", "N\0et"),
    "a lone surrogate": NET + "    label = '\ud800'\n",
    "lone surrogates in a name": NET.replace("Net", "\ud83d\ude00"),
    "parentheses": NET.replace("(x)\n", f"({nested(5000)})\n"),
    "parentheses that stay open": NET + "x = " + "(" * 5000,
    "signs": NET.replace("F.relu(x)", "-" * 20_000 + "x"),
    "a long sum": NET.replace("F.relu(x)", " + ".join(["x"] * 20_000)),
    "a long chain of calls": NET.replace("F.relu(x)", "x" + ".relu()" * 5000),
    "a long chain of attributes": NET.replace("F.relu(x)", "self" + ".a" * 20_000),
    "lambdas in lambdas": NET.replace("F.relu(x)", "lambda: " * 3000 + "x"),
    "a long elif chain": NET.replace(
        "        return",
        "        if x:\n            pass\n" + "        elif x:\n            pass\n" * 3000 + "        return",
    ),
    "a long elif chain outside of functions": "if x:\n    pass\n" + "elif x:\n    pass\n" * 900 + NET,
    "a long elif chain in a class": NET + "    if x:\n        pass\n" + "    elif x:\n        pass\n" * 900,
    "a long chain of names": NET.replace("nn.Module", "B999")
    + "B0 = nn.Module\n"
    + "".join(f"B{n} = B{n - 1}\n" for n in range(1, 1000)),
    "a sum as deep as the stack": NET.replace("F.relu(x)", "F.relu(" + " + ".join(["x"] * 450) + ")"),
    "deep blocks": NET.replace(
        "        return", "".join(f"{'    ' * n}if x:\n" for n in range(2, 90)) + "    " * 90 + "return"
    ),
    "deep classes": "".join(f"{'    ' * n}class A{n}:\n" for n in range(90)) + "    " * 90 + "x = 1\n",
    "a long line": NET + "x = [" + "1, " * 350_000 + "]\n",
    "a long comment": NET + "# torchready: " + "a" * 1_000_000,
    "a long string": NET + "x = '" + "a" * 1_000_000,
    "a long name": NET.replace("Net", "N" * 1_000_000),
    "many brackets": NET + "[](){}" * 100_000,
    "many quotes": NET + '"""' * 100_001,
    "many backslashes": NET + "\\\n" * 100_000,
    "many lines": NET + "x = 1\n" * 20_000,
    "old line ends": NET.replace("\n", "\r"),
    "null characters after a comment": "# \0\n" + NET,
    "a class that is its own base": "class A(A):\n    def forward(self, x):\n        return self.forward(x)\n",
    "bases in a circle": "from torch import nn\nclass A(B, nn.Module): pass\nclass B(A): pass\n",
    "a name that is itself": "a = a\nb = c\nc = b\nclass A(b): pass\n",
    "itself imported": "from model import *\nimport model\nfrom . import model\nclass A(model.A): pass\n",
}


def test_a_star_may_bring_a_name_that_was_python_s_own(tmp_path: Path) -> None:
    """`torch.range` is among what a star of torch brings, and a loop over it one over a tensor."""
    source = NET.replace("return F.relu(x)", "for _ in range(2):\n            x = x + 1\n        return x")
    engine = Engine(Config(), tmp_path)
    snapshot = engine.open(tmp_path / "net.py", source)
    assert engine.report(snapshot).findings == ()
    snapshot = engine.edit(snapshot, [Change(Range(Position(2, 0), Position(2, 0)), "from torch import *\n")])
    (finding,) = engine.report(snapshot).findings
    assert (finding.code, finding.symbol) == ("TR304", "torch.Tensor.__iter__")
    assert finding.range == Range(Position(7, 17), Position(7, 25))


@pytest.mark.parametrize("is_open", [True, False])
def test_a_change_of_another_file_counts_for_a_text_that_comes_back(tmp_path: Path, *, is_open: bool) -> None:
    """`helper` is a layer first and nothing later, while `model.py` goes away from its text and comes back."""
    model, helper = tmp_path / "model.py", tmp_path / "helper.py"
    helper.write_text("import torch.nn.functional as F\n\nhelper = F.relu\n")
    engine = Engine(Config(), tmp_path)
    other = engine.open(helper, helper.read_text()) if is_open else None
    source = NET.replace("import torch.nn.functional as F", "from helper import helper")
    source = source.replace("F.relu", "helper")
    snapshot = engine.open(model, source)
    assert [finding.code for finding in engine.report(snapshot).findings] == ["TR101"]
    end = Range(Position(6, 24), Position(6, 24))
    snapshot = engine.edit(snapshot, [Change(end, " + 1")])
    engine.report(snapshot)
    if other is not None:
        engine.edit(other, [Change(Range(Position(2, 9), Position(2, 15)), "print")])
    else:
        helper.write_text("helper = print\n")
        engine.files_changed([helper])
    snapshot = engine.edit(snapshot, [Change(Range(end.start, Position(6, 28)), "")])
    assert snapshot.text.content == source
    assert engine.report(snapshot).findings == ()


def test_a_related_place_moves_while_its_finding_stays(tmp_path: Path) -> None:
    source = """\
from torch import nn


class Base(nn.Module):
    def helper(self, x):
        return self.relu(x)


X = 1


class Net(Base):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.relu(x)
        return self.helper(x)
"""
    engine = Engine(Config(), tmp_path)
    snapshot = engine.open(tmp_path / "net.py", source)
    (finding,) = engine.report(snapshot, quick=True).findings
    assert [place.range.start for place in finding.related] == [Position(17, 12)]
    snapshot = engine.edit(snapshot, [Change(Range(Position(9, 0), Position(9, 0)), "\n")])
    (moved,) = engine.report(snapshot, quick=True).findings
    assert moved.range == finding.range
    assert [place.range.start for place in moved.related] == [Position(18, 12)]


@pytest.mark.parametrize("name", ODD_TEXTS)
def test_odd_texts_are_answered(name: str, tmp_path: Path) -> None:
    engine = Engine(Config(profile="aimet"), tmp_path)
    text = ODD_TEXTS[name]
    report = engine.check(tmp_path / "model.py", text)
    assert report.broken == () or report.syntax_problems
    lines = Text(text).line_count
    assert all(finding.range.end.line < lines for finding in report.findings)
    assert all(start < end <= lines for start, end in report.broken)
    assert engine.fix_all(tmp_path / "model.py", text).remaining is not None


@pytest.mark.parametrize("token", ["(", '"""', "'", "]", "class", "\\", "if", "    return", "\0", "\ud800"])
def test_an_error_anywhere_leaves_the_rest_alive(token: str, tmp_path: Path) -> None:
    """In each line of a file in turn: the class before it, or the one behind it, keeps its finding."""
    source = NET + "\n\n" + NET.partition("\n\n\n")[2].replace("Net", "Second")
    engine = Engine(Config(), tmp_path)
    snapshot = engine.open(tmp_path / "model.py", source)
    lines = source.splitlines(keepends=True)
    for line in range(4, len(lines)):
        broken = "".join([*lines[:line], token + "\n", *lines[line:]])
        snapshot = engine.open(tmp_path / "model.py", broken)
        report = engine.report(snapshot)
        alive = {finding.class_name for finding in report.findings}
        assert ("Net" if line > 7 else "Second") in alive, (line, report)


def test_a_suppression_of_what_only_a_run_finds_is_not_called_unused(tmp_path: Path) -> None:
    text = "x = 1  # torchready: ignore[TR391, TR393, TR490]\n"
    assert Engine(Config(), tmp_path).check(tmp_path / "model.py", text).findings == ()
