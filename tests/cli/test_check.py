"""`torchready check` over files: what is printed where, and exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.models import BROKEN, CLEAN, FUNCTIONAL, REUSED, many_calls

from torchready.output.formats import FORMATS


def write(path: str, content: str | bytes) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def test_nothing_found(run: Run) -> None:
    write("clean.py", CLEAN)
    outcome = run("check")
    assert (outcome.code, outcome.out, outcome.told) == (0, b"", "All checks passed!\n")


def test_findings_go_to_standard_output_and_all_else_to_standard_error(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    write("sub/a.py", REUSED)
    outcome = run("check", "--output-format", "concise")
    assert outcome.code == 1
    assert [line.partition(" ")[0] for line in outcome.lines] == ["b.py:11:16:", f"{Path('sub/a.py')}:10:16:"]
    assert outcome.lines[0].startswith("b.py:11:16: TR101 [*] ")
    assert outcome.told == "Found 2 findings.\n[*] 1 fixable with `--fix`.\n"


def test_full_is_the_default(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    assert (
        "11 |         return F.relu(self.conv(x))\n   |                ^^^^^^\n" in run("check").out.decode()
    )


def test_json_names_files_absolutely(run: Run, tmp_path: Path) -> None:
    write("b.py", FUNCTIONAL)
    (finding,) = json.loads(run("check", "--output-format", "json", ".").out)
    assert finding["filename"] == str(tmp_path / "b.py")
    assert (finding["symbol"], finding["class"]) == ("torch.nn.functional.relu", "Net")


def test_output_file_instead_of_standard_output(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    outcome = run("check", "--output-format", "json", "--output-file", "reports/out.json")
    assert (outcome.code, outcome.out) == (1, b"")
    assert len(json.loads(Path("reports/out.json").read_text())) == 1


def test_an_output_file_that_cannot_be_written_is_wrong_use(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    outcome = run("check", "--output-file", "b.py/out.json")
    assert outcome.code == 2
    assert "--output-file b.py/out.json cannot be written" in outcome.told


def test_statistics(run: Run) -> None:
    write("b.py", many_calls(3))
    write("c.py", REUSED)
    outcome = run("check", "--statistics")
    assert outcome.lines == ["6\tTR101\t[*] functional-layer", "1\tTR201\t[ ] reused-module"]
    rows = json.loads(run("check", "--statistics", "--output-format", "json").out)
    assert [(row["code"], row["count"], row["fixable_count"]) for row in rows] == [
        ("TR101", 6, 6),
        ("TR201", 1, 0),
    ]


def test_exit_zero(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    assert run("check", "--exit-zero").code == 0


def test_quiet_prints_findings_and_nothing_else(run: Run) -> None:
    write("b.py", FUNCTIONAL)
    outcome = run("check", "-q", "--output-format", "concise")
    assert (len(outcome.lines), outcome.told) == (1, "")


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["TR101", "TR201"]),
        (["--select", "TR1"], ["TR101"]),
        (["--select", "tr101,TR201"], ["TR101", "TR201"]),
        (["--select", "TR1", "--select", "TR2"], ["TR101", "TR201"]),
        (["--ignore", "TR101"], ["TR201"]),
        (["--select", "TR1", "--extend-select", "TR201"], ["TR101", "TR201"]),
        (["--exclude", "b.py"], ["TR201"]),
        (["--exclude", "b.py,c.py"], []),
    ],
)
def test_options_choose_rules_and_files(options: list[str], codes: list[str], run: Run) -> None:
    write("b.py", FUNCTIONAL)
    write("c.py", REUSED)
    outcome = run("check", "--output-format", "json", *options)
    assert [finding["code"] for finding in json.loads(outcome.out)] == codes
    assert outcome.code == (1 if codes else 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "--selec", "TR1"], "--select"),
        (["check", "--select", "TR9"], "no rule's code starts with 'TR9'"),
        (["check", "--select", "TR11"], "no rule's code starts with 'TR11'. Did you mean TR101?"),
        (["check", "--ignore", "functional-layer"], "Did you mean TR101?"),
        (["check", "--output-format", "jsn"], "'json-lines'"),
        (["check", "--jobs", "0"], "x>=1"),
        (["check", "nowhere"], "no such file or folder: nowhere"),
        (["check", "--fix", "--diff"], "leave out one of them"),
        (["check", "--config", "a.toml", "--isolated"], "leave out one of them"),
        (["check", "-", "."], "cannot be mixed"),
        (["chekc"], "Did you mean 'check'?"),
        (["rule", "TR999"], "no such rule: TR999"),
        (["rule", "functional-laier"], "Did you mean TR101?"),
        (["config", "nowhere"], "nowhere"),
    ],
)
def test_wrong_use_says_what_is_meant(arguments: list[str], said: str, run: Run) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, b"")
    assert said in outcome.told


def test_a_broken_configuration_names_its_place(run: Run, tmp_path: Path) -> None:
    write("pyproject.toml", '[tool.torchready]\nselct = ["TR1"]\n')
    outcome = run("check")
    assert (outcome.code, outcome.out) == (2, b"")
    assert f"{tmp_path / 'pyproject.toml'}:2:1: " in outcome.told
    assert "select" in outcome.told


def test_the_nearest_configuration_decides(run: Run) -> None:
    write("torchready.toml", 'ignore = ["TR101"]\n')
    write("top.py", FUNCTIONAL)
    write("nested/torchready.toml", 'exclude = ["left_out.py"]\n')
    write("nested/deep/model.py", FUNCTIONAL)
    write("nested/left_out.py", FUNCTIONAL)
    found = [line.partition(":")[0] for line in run("check", "--output-format", "concise").lines]
    assert found == [str(Path("nested/deep/model.py"))]


def test_config_and_isolated_override_what_is_found(run: Run) -> None:
    write("torchready.toml", 'ignore = ["TR101"]\n')
    write("other.toml", 'severity = { TR101 = "error" }\n')
    write("model.py", FUNCTIONAL)
    assert run("check").code == 0
    assert run("check", "--isolated").code == 1
    (finding,) = json.loads(run("check", "--config", "other.toml", "--output-format", "json").out)
    assert finding["severity"] == "error"
    assert run("check", "--config", "gone.toml").code == 2


def test_named_files_are_checked_though_excluded_unless_forced(run: Run) -> None:
    write("torchready.toml", 'exclude = ["model.py"]\n')
    write("model.py", FUNCTIONAL)
    assert run("check", "model.py").code == 1
    assert run("check", "--force-exclude", "model.py").code == 0


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(run: Run) -> None:
    write("a.py", FUNCTIONAL)
    write("binary.py", b"\xff\xfe\x00")
    write("klingon.py", "# coding: klingon\n")
    Path("dangling.py").symlink_to("gone.py")
    outcome = run("check", "--output-format", "concise", ".", "dangling.py")
    assert outcome.code == 1
    assert [line.partition(":")[0] for line in outcome.lines] == ["a.py"]
    errors = [line for line in outcome.told.splitlines() if line.startswith("error: ")]
    assert [line.split(": ")[1] for line in errors] == ["dangling.py", "binary.py", "klingon.py"]
    assert "cannot be decoded as utf-8: byte 0xff in line 1; it was not checked" in errors[1]


def test_what_does_not_parse_is_told_and_the_rest_of_the_file_goes_on(run: Run) -> None:
    write("a.py", BROKEN)
    for _ in range(2):
        outcome = run("check", "--output-format", "json")
        assert [finding["code"] for finding in json.loads(outcome.out)] == ["TR101"]
        assert "error: a.py:13:" in outcome.told
        assert "cannot be parsed" in outcome.told
        assert "the rest of the file was checked" in outcome.told


@pytest.mark.parametrize("content", ["def f(:\n", b"\xff\xfe\x00"], ids=["unparsed", "unread"])
@pytest.mark.parametrize("output_format", list(FORMATS))
def test_what_could_not_be_checked_does_not_pass(content: str | bytes, output_format: str, run: Run) -> None:
    write("a.py", content)
    for _ in range(2):
        outcome = run("check", "--output-format", output_format)
        assert outcome.code == 1
        assert outcome.told.startswith("error: a.py:")
        assert outcome.told.endswith("\nNo findings in what could be read.\n")
    assert run("check", "--exit-zero").code == 0
    assert (run("check", "--fix").code, run("check", "--diff").code) == (1, 1)


def test_json_holds_findings_and_nothing_else(run: Run) -> None:
    write("a.py", "def f(:\n")
    assert json.loads(run("check", "--output-format", "json").out) == []


def test_no_files_is_worth_a_word(run: Run) -> None:
    outcome = run("check")
    assert outcome.code == 0
    assert "warning: no Python files found" in outcome.told


def test_colour_only_where_it_is_wanted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.py", FUNCTIONAL)
    assert b"\x1b[" not in run("check").out
    assert b"\x1b[" in run("check", "--color", "always").out
    assert b"\x1b[" not in run("check", "--color", "always", "--output-format", "json").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert b"\x1b[" in run("check").out
    assert b"\x1b[" not in run("check", "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert b"\x1b[" not in run("check").out


def test_a_terminal_without_the_characters_is_no_reason_to_fail(run_process: Run) -> None:
    write("modèle.py", FUNCTIONAL.replace("return F", "return ('数据', F").replace("(x))", "(x)))"))
    outcome = run_process("check", PYTHONIOENCODING="ascii")
    assert outcome.code == 1
    assert b"mod\\xe8le.py:11:23" in outcome.out
    assert b"\\u6570" in outcome.out


def test_several_processes_find_the_same_as_one(run: Run) -> None:
    for number in range(12):
        write(f"package/m{number}.py", many_calls(100))
    write("package/broken.py", BROKEN)
    one, two = (run("check", "--no-cache", "--jobs", jobs, "--output-format", "json") for jobs in "12")
    assert len(json.loads(one.out)) == 12 * 200 + 1
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)


def test_the_cache_remembers_and_forgets(run: Run, tmp_path: Path) -> None:
    base = write("base.py", "import torch.nn as nn\nclass Base(nn.Module):\n    pass\n")
    write("model.py", FUNCTIONAL.replace("class Net(nn.Module)", "from base import Base\nclass Net(Base)"))
    for path in (base, tmp_path / "model.py"):
        os.utime(path, (1, 1))
    first, second = run("check", "-v"), run("check", "-v")
    assert "(0 from the cache)" in first.told
    assert (first.code, first.out) == (second.code, second.out)
    assert first.code == 1
    write("base.py", "class Base:\n    pass\n")
    assert run("check").code == 0


def test_no_cache_leaves_nothing_behind(run: Run) -> None:
    write("a.py", FUNCTIONAL)
    run("check", "--no-cache")
    assert [path.name for path in Path().iterdir()] == ["a.py"]


def test_the_cache_can_live_elsewhere(run: Run) -> None:
    write("src/a.py", FUNCTIONAL)
    run("check", "--cache-dir", "elsewhere", "src")
    assert list(Path("elsewhere").glob("*.sqlite"))
    assert not Path(".torchready_cache").exists()
