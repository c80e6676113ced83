"""`--baseline` and `--write-baseline`: what stays known, what is new, and what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.models import BROKEN, FIXED, FUNCTIONAL, REUSED, many_calls

from torchready.output.formats import FORMATS

BASELINE = ("--baseline", "known.json")
CONCISE = ("--output-format", "concise")


def write_known(run: Run) -> None:
    assert run("check", *BASELINE, "--write-baseline").code == 0


def test_a_baseline_is_sorted_json_without_line_numbers(run: Run) -> None:
    Path("src").mkdir()
    Path("src/b.py").write_text(FUNCTIONAL)
    Path("a.py").write_text(REUSED)
    outcome = run("check", *BASELINE, "--write-baseline")
    assert (outcome.code, outcome.out) == (0, b"")
    assert outcome.told == "Wrote 2 known findings to known.json (2 added, 0 removed).\n"
    relu, conv = "return F.relu(self.conv(x))", "return self.conv(self.conv(x))"
    functional = {
        "code": "TR101",
        "class": "Net",
        "symbol": "torch.nn.functional.relu",
        "line": relu,
        "count": 1,
    }
    reused = {"code": "TR201", "class": "Net", "symbol": "self.conv", "line": conv, "count": 1}
    written = json.loads(Path("known.json").read_text())
    assert written == {"version": 1, "findings": {"a.py": [reused], "src/b.py": [functional]}}
    assert list(written["findings"]) == ["a.py", "src/b.py"]
    first = Path("known.json").read_bytes()
    write_known(run)
    assert Path("known.json").read_bytes() == first


@pytest.mark.parametrize("output_format", list(FORMATS))
def test_what_is_known_is_left_out_of_every_format(output_format: str, run: Run) -> None:
    Path("a.py").write_text(many_calls(3))
    write_known(run)
    Path("b.py").write_text(REUSED)
    outcome = run("check", *BASELINE, "--output-format", output_format)
    assert (outcome.code, b"a.py" in outcome.out, b"TR101" in outcome.out.partition(b'"results"')[2]) == (
        1,
        False,
        False,
    )
    assert outcome.told == "Found 1 finding.\n6 known findings of known.json not shown.\n"


def test_nothing_new_passes_wherever_the_code_moved_to(run: Run) -> None:
    Path("a.py").write_text(many_calls(2))
    write_known(run)
    Path("a.py").write_text(
        "# One more line,\n# and another.\n" + many_calls(2).replace("    def", "\n\n    def")
    )
    outcome = run("check", *BASELINE)
    assert (outcome.code, outcome.out) == (0, b"")
    assert outcome.told == "No new findings.\n4 known findings of known.json not shown.\n"


def test_a_second_finding_that_equals_a_known_one_is_new(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    write_known(run)
    earlier = "        if x.ndim == 4:\n            return F.relu(self.conv(x))\n"
    Path("a.py").write_text(FUNCTIONAL.replace("        return", f"{earlier}        return"))
    outcome = run("check", *BASELINE, *CONCISE)
    assert (outcome.code, [line.partition(" ")[0] for line in outcome.lines]) == (1, ["a.py:13:16:"])


def test_an_edited_line_is_new_and_its_entry_stale(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    write_known(run)
    Path("a.py").write_text(FUNCTIONAL.replace("F.relu", "F.gelu"))
    outcome = run("check", *BASELINE, *CONCISE)
    assert outcome.code == 1
    stale = "1 entry of known.json can go, its finding is gone: --write-baseline removes what is stale.\n"
    assert outcome.told == f"Found 1 finding.\n[*] 1 fixable with `--fix`.\n{stale}"
    assert run("check", *BASELINE, "-q", *CONCISE).told == ""


def test_a_removed_file_leaves_stale_entries_which_go_when_written(run: Run) -> None:
    Path("a.py").write_text(many_calls(1))
    Path("b.py").write_text(REUSED)
    write_known(run)
    Path("a.py").unlink()
    assert "\n2 entries of known.json can go, their findings are gone: " in run("check", *BASELINE).told
    outcome = run("check", *BASELINE, "--write-baseline")
    assert outcome.told == "Wrote 1 known finding to known.json (0 added, 2 removed).\n"


def test_what_a_run_did_not_look_at_is_neither_stale_nor_forgotten(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    Path("b.py").write_text(REUSED)
    write_known(run)
    before = Path("known.json").read_text()
    for options in (["b.py"], ["--select", "TR201"], ["--exclude", "a.py"]):
        outcome = run("check", *BASELINE, *options)
        assert outcome.told == "No new findings.\n1 known finding of known.json not shown.\n"
        run("check", *BASELINE, *options, "--write-baseline")
        assert Path("known.json").read_text() == before
    Path("a.py").write_text(BROKEN.replace("        return F.relu(self.conv(x))", "        return (F.relu("))
    assert "can go" not in run("check", *BASELINE).told
    run("check", *BASELINE, "--write-baseline")
    assert Path("known.json").read_text() == before


def test_paths_count_from_the_baselines_folder(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path("src").mkdir()
    Path("src/a.py").write_text(FUNCTIONAL)
    run("check", "--baseline", "ci/known.json", "--write-baseline")
    assert list(json.loads(Path("ci/known.json").read_text())["findings"]) == ["../src/a.py"]
    monkeypatch.chdir(tmp_path / "src")
    assert run("check", "--baseline", "../ci/known.json", "a.py").code == 0


def test_fixes_leave_known_findings_alone(run: Run, run_process: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    write_known(run)
    added = "\n\n" + FIXED.partition("\n\n\n")[2].replace("class Net", "class New").replace(
        "nn.ReLU()", "nn.GELU()"
    )
    both = FUNCTIONAL + added.replace("        self.relu = nn.GELU()\n", "").replace("self.relu(", "F.gelu(")
    Path("a.py").write_text(both)
    wanted = FUNCTIONAL + added.replace("self.relu", "self.gelu")
    piped = run_process("check", *BASELINE, "--fix", "-", "--stdin-filename", "a.py", given=both.encode())
    assert (piped.code, piped.out.decode()) == (0, wanted)
    diff = run("check", *BASELINE, "--diff")
    assert (diff.code, diff.out.count(b"F.relu"), b"+        self.gelu = nn.GELU()" in diff.out) == (
        1,
        0,
        True,
    )
    outcome = run("check", *BASELINE, "--fix")
    assert (outcome.code, Path("a.py").read_text()) == (0, wanted)
    known = "1 known finding of known.json not shown.\n"
    assert outcome.told == f"Found 1 finding (1 fixed, 0 remaining).\n{known}"


def test_fix_and_write_repairs_what_can_be_and_remembers_the_rest(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    Path("b.py").write_text(REUSED)
    write_known(run)
    outcome = run("check", *BASELINE, "--fix", "--write-baseline")
    assert outcome.told == "Fixed 1 finding.\nWrote 1 known finding to known.json (0 added, 1 removed).\n"
    assert Path("a.py").read_text() == FIXED


def test_standard_input_under_its_name(run: Run, run_process: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    write_known(run)
    named = ("check", *BASELINE, "-", "--stdin-filename", "a.py")
    assert run_process(*named, given=b"\n" + FUNCTIONAL.encode()).code == 0
    assert run_process(*named, given=REUSED.encode()).code == 1
    assert run_process("check", *BASELINE, "-", given=FUNCTIONAL.encode()).code == 1


def test_statistics_count_what_is_new(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    write_known(run)
    Path("b.py").write_text(REUSED)
    assert run("check", *BASELINE, "--statistics").lines == ["1\tTR201\t[ ] reused-module"]


def test_a_remembered_result_is_compared_too(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    assert run("check").code == 1
    write_known(run)
    assert run("check", *BASELINE).code == 0
    assert run("check").code == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"version": 1, "findings": {"a.py": 3}}', FUNCTIONAL])
def test_nothing_but_a_baseline_is_read_or_replaced(content: str, run: Run) -> None:
    Path("known.json").write_text(content)
    for options in ([], ["--write-baseline"]):
        outcome = run("check", *BASELINE, *options)
        assert (outcome.code, outcome.out) == (2, b"")
        assert "known.json is no baseline" in outcome.told
    assert Path("known.json").read_text() == content


def test_a_baseline_of_another_version_is_told(run: Run) -> None:
    Path("known.json").write_text('{"version": 2, "findings": {}}')
    assert "written by another version of torchready" in run("check", *BASELINE).told


def test_a_missing_baseline_is_wrong_use_and_says_how_to_make_one(run: Run) -> None:
    outcome = run("check", *BASELINE)
    assert (outcome.code, outcome.out) == (2, b"")
    assert "no such baseline: known.json. `--baseline known.json --write-baseline` writes it." in outcome.told


def test_the_file_may_follow_write_baseline(run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    assert run("check", ".", "--write-baseline", "known.json").code == 0
    assert run("check", *BASELINE).code == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--write-baseline"], "--baseline FILE --write-baseline"),
        ([*BASELINE, "--write-baseline", "--diff"], "leave out one of them"),
        ([*BASELINE, "--write-baseline", "-"], "what comes on standard input has none"),
        (["--baseline", "a.py/known.json", "--write-baseline"], "a.py/known.json cannot be"),
    ],
)
def test_wrong_use(options: list[str], said: str, run: Run) -> None:
    Path("a.py").write_text(FUNCTIONAL)
    outcome = run("check", *options)
    assert (outcome.code, outcome.out) == (2, b"")
    assert said in outcome.told
