"""`torchready verify` where nothing runs: options, configurations and models that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["net"], "'net' names no model: write package.module:Class or path/file.py:Class."),
        (["net.py:Net"], "no such file: net.py (in 'net.py:Net')."),
        (
            ["net:Net", "--input", "1,x"],
            "'1,x' is no input; write sizes and, if it is not float32, a dtype: 1,3,224,224 or 1,77:int64",
        ),
        (["net:Net", "--input", "1,3:flot32"], "there is no dtype 'flot32'. Did you mean float32?"),
        (
            ["net:Net", "--checks", "forward,onxx"],
            "there is no check 'onxx'. Did you mean onnx? Checks: forward, trace, export, onnx.",
        ),
        (["net:Net", "--timeout", "0"], "0 is not in the range x>0"),
        (
            ["net:Net", "--isolated", "--config", "x.toml"],
            "--config names a configuration and --isolated uses none: leave out one of them.",
        ),
        (
            [],
            "no model is configured. Name one: torchready verify path/file.py:Net --input 1,3,224,224; or add an "
            "entry [[tool.torchready.model]] in pyproject.toml.",
        ),
    ],
)
def test_wrong_use_says_what_to_do(run: Run, arguments: list[str], message: str) -> None:
    outcome = run("verify", *arguments)
    assert outcome.code == 2
    assert message in " ".join(outcome.told.split())
    assert outcome.out == b""


def test_a_configuration_without_models_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torchready.toml").write_text('profile = "aimet"\n')
    outcome = run("verify")
    assert outcome.code == 2
    assert f"or add an entry [[model]] in {tmp_path / 'torchready.toml'}." in outcome.told


def test_a_broken_configuration_is_shown_with_its_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "torchready.toml"
    path.write_text('[[model]]\ntarget = "net:Net"\ninputs = [{ shape = [1, "3"] }]\n')
    outcome = run("verify")
    assert outcome.code == 2
    assert outcome.told == (
        "error: broken configuration\n"
        f"{path}:3:25: an item of `model.inputs.shape` must be a whole number of 0 or more, not a string\n"
    )


def test_an_interpreter_that_is_not_there_is_wrong_use(run: Run, tmp_path: Path) -> None:
    outcome = run("verify", "net:Net", "--python", "venv/bin/python")
    assert outcome.code == 2
    assert outcome.told == (
        f"error: the interpreter {tmp_path}/venv/bin/python cannot be started: no such file or directory. "
        "Another interpreter is named with --python, or with `python` in the configuration.\n"
    )


def test_the_doctor_says_that_an_interpreter_is_not_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torchready.toml").write_text(
        'python = "venv/bin/python"\n[[model]]\ntarget = "nets/net.py:Net"\n'
    )
    outcome = run("doctor")
    assert outcome.code == 1
    assert [line.split(maxsplit=2) for line in outcome.lines[1:]] == [
        ["ok", "configuration", f"{tmp_path}/torchready.toml"],
        ["broken", "interpreter", f"{tmp_path}/venv/bin/python, from `python` in the configuration"],
        [
            "broken",
            "torch",
            f"the interpreter {tmp_path}/venv/bin/python cannot be started: no such file or directory. "
            "Another interpreter is named with --python, or with `python` in the configuration",
        ],
        ["broken", "model", "nets/net.py:Net"],
        ["there", "is", f"no file {tmp_path}/nets/net.py"],
    ]


def test_the_doctor_shows_a_broken_configuration(run: Run, tmp_path: Path) -> None:
    (tmp_path / "torchready.toml").write_text("profil = 1\n")
    outcome = run("doctor")
    assert outcome.code == 2
    assert outcome.lines[-1].startswith("broken   configuration  ")
    assert "unknown key `profil`; did you mean `profile`?" in outcome.lines[-1]
