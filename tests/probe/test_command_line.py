"""`torchready verify` and `torchready doctor` as processes: what they print, and how they exit."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pexpect
import pytest
from tests.probe.test_hostile import folder_of

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMAND = (sys.executable, "-m", "torchready")

NET = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.linear = nn.Linear(4, width)
        self.relu = nn.ReLU()

    def forward(self, x):
        print("the batch is", len(x))
        x = self.relu(self.linear(x))
        return F.gelu(self.relu(x))


class Other(nn.Module):
    def forward(self, x):
        return F.relu(x)
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def net(tmp_path: Path) -> Path:
    (tmp_path / "net.py").write_text(NET)
    return tmp_path


def test_the_examples_fail_in_one_check_each(tmp_path: Path) -> None:
    outcome = run("verify", "--output-format", "json", folder=EXAMPLES)
    assert outcome.returncode == 1, outcome.stderr
    models: list[dict[str, Any]] = json.loads(outcome.stdout)["models"]
    assert {model["model"]: [check["status"] for check in model["checks"]] for model in models} == {
        "clean.py:CleanNet": ["passed", "passed", "passed", "passed"],
        "fails_forward.py:WrongHeadNet": ["failed", "skipped", "skipped", "skipped"],
        "fails_trace.py:DictNet": ["passed", "failed", "passed", "passed"],
        "fails_export.py:BranchNet": ["passed", "passed", "failed", "passed"],
        "fails_onnx.py:BesselNet": ["passed", "passed", "passed", "failed"],
    }
    found = {
        model["model"]: {(each["code"], each["location"]["row"]) for each in model["findings"]}
        for model in models
    }
    assert found["clean.py:CleanNet"] == set()
    assert ("TR481", 17) in found["fails_forward.py:WrongHeadNet"]
    assert ("TR390", 17) in found["fails_trace.py:DictNet"]
    assert ("TR393", 16) in found["fails_export.py:BranchNet"]
    assert ("TR490", 14) in found["fails_onnx.py:BesselNet"]


def test_source_and_run_are_merged_and_printed_as_the_contract_says(net: Path) -> None:
    arguments = ("net.py:Net", "--input", "2,4", "--checks", "forward", "--output-format", "json")
    outcome = run("verify", *arguments, folder=net)
    assert outcome.returncode == 1, outcome.stderr
    (model,) = json.loads(outcome.stdout)["models"]
    assert list(model) == ["model", "checks", "findings"]
    assert model["model"] == "net.py:Net"
    (check,) = model["checks"]
    assert list(check) == ["name", "status", "seconds", "message", "detail"]
    assert (check["name"], check["status"]) == ("forward", "passed")
    assert [
        (
            each["code"],
            each["location"],
            each["end_location"],
            each["evidence"],
            each["class"],
            each["symbol"],
        )
        for each in model["findings"]
        if each["code"] in ("TR101", "TR201")
    ] == [
        (
            "TR101",
            {"row": 15, "column": 16},
            {"row": 15, "column": 22},
            "both",
            "Net",
            "torch.nn.functional.gelu",
        ),
        ("TR201", {"row": 15, "column": 23}, {"row": 15, "column": 32}, "both", "Net", "self.relu"),
    ]
    assert all(each["filename"] == str(net / "net.py") for each in model["findings"])


def test_the_outcome_is_told_beside_the_findings(net: Path) -> None:
    outcome = run("verify", "net:Other", "--input", "2,4", "--checks", "forward", "-v", folder=net)
    assert outcome.returncode == 1
    assert outcome.stdout.startswith("TR101 [*] `F.relu` is called as a function")
    lines = outcome.stderr.splitlines()
    assert lines[0] == f"Models run in {sys.executable}, from torchready's own environment."
    assert lines[1] == "net:Other"
    assert lines[2].startswith("  forward passed  ")
    assert lines[3].startswith("Verified 1 model in ")
    assert lines[3].endswith(" s: all checks passed, 1 finding.")


def test_what_a_model_prints_is_shown_when_asked_for(net: Path) -> None:
    arguments = ("net.py:Net", "--input", "2,4", "--checks", "forward", "--output-format", "concise")
    assert "the batch is" not in run("verify", *arguments, folder=net).stderr
    assert "net.py:Net printed:\n  the batch is 2\n" in run("verify", *arguments, "-v", folder=net).stderr


def test_one_target_may_be_configured_several_times(net: Path) -> None:
    entry = """
[[model]]
target = "net.py:Net"
kwargs = {{ width = {} }}
inputs = [{{ shape = [1, {}] }}]
checks = ["forward"]
"""
    entries = (entry.format(width, size) for width, size in [(2, 4), (3, 5), (4, 4)])
    (net / "torchready.toml").write_text("".join(entries))
    outcome = run("verify", "--output-format", "json-lines", "--jobs", "3", folder=net)
    models = [json.loads(line) for line in outcome.stdout.splitlines()]
    assert [model["checks"][0]["status"] for model in models] == ["passed", "failed", "passed"]


def test_configuration_and_comments_hold_for_what_a_run_finds(net: Path) -> None:
    (net / "torchready.toml").write_text('ignore = ["TR1", "TR3"]\nseverity = { TR201 = "information" }\n')
    arguments = ("net.py:Net", "--input", "2,4", "--checks", "forward", "--output-format", "json")
    (model,) = json.loads(run("verify", *arguments, folder=net).stdout)["models"]
    assert [(each["code"], each["severity"]) for each in model["findings"]] == [("TR201", "information")]
    (net / "net.py").write_text(
        NET.replace("self.relu(x))\n", "self.relu(x))  # torchready: ignore[TR201]\n")
    )
    outcome = run("verify", *arguments, folder=net)
    assert json.loads(outcome.stdout)["models"][0]["findings"] == []
    assert outcome.returncode == 0


def test_junit_has_a_test_per_check(net: Path) -> None:
    arguments = ("net.py:Net", "--input", "2,5", "--checks", "forward,trace", "--output-format", "junit")
    outcome = run("verify", *arguments, folder=net)
    root = ElementTree.fromstring(outcome.stdout)
    (suite,) = root.findall("testsuite")
    assert suite.get("name") == "net.py:Net"
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases[:2]] == ["forward", "trace"]
    assert [child.tag for case in cases[:2] for child in case] == ["failure", "skipped"]
    assert int(suite.get("tests", "")) == len(cases)
    assert int(suite.get("failures", "")) == len(cases) - 1


@pytest.mark.parametrize("output_format", ["github", "gitlab", "sarif", "concise", "full"])
def test_every_format_tells_of_a_failed_forward(net: Path, output_format: str) -> None:
    arguments = ("net.py:Net", "--input", "2,5", "--checks", "forward", "--output-format", output_format)
    outcome = run("verify", *arguments, folder=net)
    assert outcome.returncode == 1
    assert "TR481" in outcome.stdout
    assert "mat1 and mat2 shapes cannot be multiplied" in outcome.stdout
    assert run("verify", *arguments, "--exit-zero", folder=net).returncode == 0


def test_the_doctor_says_what_it_found(net: Path) -> None:
    (net / "pyproject.toml").write_text('[[tool.torchready.model]]\ntarget = "net.py:Net"\n')
    outcome = run("doctor", folder=net)
    assert outcome.returncode == 0, outcome.stdout
    states = {line[9:].split()[0]: line.split()[0] for line in outcome.stdout.splitlines() if line[0] != " "}
    assert states == {
        **dict.fromkeys(("torchready", "configuration", "interpreter", "torch", "onnx", "onnxscript"), "ok"),
        "onnxruntime": "ok",
        "model": "missing",
    }
    assert "net.py:Net has no dummy inputs" in outcome.stdout


def test_a_terminal_shows_progress_and_keeps_nothing_of_it(net: Path) -> None:
    arguments = ["-m", "torchready", "verify", "net.py:Net", "--input", "2,4", "--checks", "forward"]
    terminal = pexpect.spawn(sys.executable, arguments, cwd=str(net), timeout=120, encoding="utf-8")
    terminal.expect("Importing torch")
    terminal.expect("Verifying")
    terminal.expect("net.py:Net")
    terminal.expect("all checks passed")
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 1


SLEEPER = """\
import os, pathlib, time
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if os.fork() == 0:
            time.sleep(600)
        pathlib.Path("started").write_text(str(os.getpid()))
        time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=lambda number: number.name)
def test_the_end_of_the_command_is_the_end_of_all_that_it_started(
    tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    process = subprocess.Popen(
        [*COMMAND, "verify", "sleeper.py:Net", "--input", "1"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    started = tmp_path / "started"
    wait_for(lambda: process.poll() is not None or (started.exists() and started.read_text() != ""))
    assert process.poll() is None, process.communicate()
    assert len(running_in(tmp_path)) >= 3
    process.send_signal(number)
    _, told = process.communicate()
    assert process.returncode == (130 if number is signal.SIGINT else -9)
    assert told == ("\nInterrupted.\n" if number is signal.SIGINT else "")
    wait_for(lambda: running_in(tmp_path) == [])


def wait_for(condition: Any) -> None:
    while not condition():
        time.sleep(0.05)


def running_in(folder: Path) -> list[int]:
    processes = (process for process in Path("/proc").iterdir() if process.name.isdigit())
    return [int(process.name) for process in processes if folder_of(process) == str(folder)]
