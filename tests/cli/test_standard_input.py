"""`check -`: for editors that pipe their text through."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.cli.models import BROKEN, CLEAN, FIXED, FUNCTIONAL, REUSED


def test_findings_are_about_a_dash(run_process: Run) -> None:
    outcome = run_process("check", "-", "--output-format", "concise", given=FUNCTIONAL.encode())
    assert outcome.code == 1
    assert outcome.lines[0].startswith("-:11:16: TR101 [*] ")
    assert run_process("check", "-", given=CLEAN.encode()).code == 0


def test_full_shows_the_text_that_came_in(run_process: Run) -> None:
    outcome = run_process("check", "-", given=FUNCTIONAL.encode())
    assert "11 |         return F.relu(self.conv(x))\n   |                ^^^^^^\n" in outcome.out.decode()


def test_a_name_brings_its_configuration(run_process: Run, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "torchready.toml").write_text('severity = { TR101 = "hint" }\n')
    arguments = ("check", "-", "--stdin-filename", "sub/unsaved.py", "--output-format", "json")
    (finding,) = json.loads(run_process(*arguments, given=FUNCTIONAL.encode()).out)
    assert (finding["filename"], finding["severity"]) == (str(tmp_path / "sub" / "unsaved.py"), "hint")


def test_fix_prints_the_text_and_tells_the_rest_on_standard_error(run_process: Run) -> None:
    outcome = run_process("check", "--fix", "-", given=FUNCTIONAL.replace("\n", "\r\n").encode())
    assert outcome.code == 0
    assert outcome.out == FIXED.replace("\n", "\r\n").encode()
    outcome = run_process("check", "--fix", "-", "--output-format", "concise", given=REUSED.encode())
    assert (outcome.code, outcome.out) == (1, REUSED.encode())
    assert "-:10:16: TR201" in outcome.told


def test_fix_gives_back_what_it_cannot_read(run_process: Run) -> None:
    for given, code in (
        (b"\xff\xfe\x00", 1),
        (codecs.BOM_UTF8 + b"x = 1\n", 0),
        (b"", 0),
        (b"def f(:\r\n", 1),
    ):
        outcome = run_process("check", "--fix", "-", given=given)
        assert (outcome.out, outcome.code) == (given, code)


def test_diff_changes_nothing_and_is_named(run_process: Run, tmp_path: Path) -> None:
    outcome = run_process("check", "--diff", "-", "--stdin-filename", "model.py", given=FUNCTIONAL.encode())
    assert outcome.code == 1
    assert outcome.lines[:2] == ["--- model.py", "+++ model.py"]
    assert "+        self.relu = nn.ReLU()" in outcome.lines
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_parse_is_told(run_process: Run) -> None:
    outcome = run_process("check", "-", given=BROKEN.encode())
    assert outcome.code == 1
    assert "error: -:13:" in outcome.told


def test_what_could_not_be_checked_does_not_pass(run_process: Run) -> None:
    for given in (b"def f(:\n", b"\xff\xfe\x00"):
        outcome = run_process("check", "-", "--output-format", "json", given=given)
        assert (outcome.code, outcome.out) == (1, b"[]\n")
        assert outcome.told.startswith("error: -:")
        assert run_process("check", "-", "--exit-zero", given=given).code == 0
        assert run_process("check", "-", "--diff", given=given).out == b""
