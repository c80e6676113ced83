"""The probe as its users see it: a request goes in, progress and a verification come out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.probe.conftest import IMAGE, Verify
from tests.probe.test_hostile import left_behind

from torchready.finding import Position, Range
from torchready.probe.client import Probe, ProbeError
from torchready.probe.verification import CheckEnded, CheckStarted, Place, Progress, Status

pytestmark = pytest.mark.asyncio(loop_scope="session")

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        print("running")
        return self.conv(x)
"""


async def test_a_model_that_runs_passes_and_its_output_is_kept(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    told: list[Progress] = []
    verification = await verify("net.py:Net", inputs=IMAGE, listen=told.append)
    assert [(check.name, check.status) for check in verification.checks] == [("forward", Status.PASSED)]
    assert verification.output.startswith("running\n")
    assert verification.class_name == "net.Net"
    assert verification.class_place == Place(str(tmp_path / "net.py"), Range(Position(4, 6), Position(4, 9)))
    assert verification.files == (tmp_path / "net.py",)
    assert isinstance(told[0], CheckStarted)
    assert isinstance(told[-1], CheckEnded)


async def test_an_interpreter_without_torch_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    probe = Probe("/usr/bin/false", tmp_path)
    with pytest.raises(ProbeError, match="ended before torch was imported"):
        await probe.start()
    missing = Probe(str(tmp_path / "python"), tmp_path)
    with pytest.raises(ProbeError, match="cannot be started: no such file or directory"):
        await missing.start()


async def test_a_fresh_process_per_run_answers_the_same(tmp_path: Path) -> None:
    from torchready.config import ModelConfig
    from torchready.probe.verification import Request

    # A child that is left behind holds the pipes of the run, and keeps nobody waiting.
    leaves_a_child = "import os, time\nif os.fork() == 0:\n    time.sleep(600)\n"
    (tmp_path / "net.py").write_text(leaves_a_child + "import sys\nprint(sys._xoptions)\n" + NET)
    probe = Probe(sys.executable, tmp_path, options=("-X", "own"), mode="single")
    request = Request(ModelConfig("net:Net", inputs=IMAGE, checks=("forward",)), tmp_path)
    try:
        verification = await probe.verify(request, lambda event: None)
    finally:
        await probe.close()
    assert verification.passed
    assert verification.output.startswith("{'own': True}\nrunning\n")
    assert left_behind(tmp_path) == []
