"""What becomes of processes: cancelled, replaced, left by their parents, forked where threads were."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from tests.probe.conftest import IMAGE, Verify
from tests.probe.test_hostile import folder_of, left_behind, until_nothing_is_left

from torchready.config import InputConfig, ModelConfig
from torchready.probe.client import Probe, ReplacedError
from torchready.probe.verification import CheckStarted, Progress, Request, Status

pytestmark = pytest.mark.asyncio(loop_scope="session")

SLEEPER = """\
import os, time
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if os.fork() == 0:
            time.sleep(600)
        time.sleep(600)
"""
CONVOLUTION = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 64, 3)
        self.linear = nn.Linear(62, 62)

    def forward(self, x):
        print("threads:", torch.get_num_threads())
        return self.linear(self.conv(x)) @ torch.ones(62, 62)
"""


async def test_cancelling_kills_the_run_with_all_that_it_started(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(SLEEPER)
    started = asyncio.Event()

    def listen(event: Progress) -> None:
        if isinstance(event, CheckStarted):
            started.set()

    task = asyncio.ensure_future(verify("net.py:Net", listen=listen))
    await started.wait()
    while len(left_behind(tmp_path)) < 2:
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_behind(tmp_path) == []


async def test_a_newer_request_takes_the_place_of_one_that_waits(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(CONVOLUTION.replace("print(", "__import__('time').sleep(0.5); print("))
    first, second, third = (asyncio.ensure_future(verify("net.py:Net")) for _ in range(3))
    with pytest.raises(ReplacedError):
        await second
    assert [(await task).checks[0].name for task in (first, third)] == ["forward", "forward"]


async def test_a_cancelled_request_that_waited_leaves_its_place(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(CONVOLUTION)
    first, second = (asyncio.ensure_future(verify("net.py:Net", inputs=IMAGE)) for _ in range(2))
    await asyncio.sleep(0)
    second.cancel()
    assert (await first).checks[0].name == "forward"
    assert (await verify("net.py:Net", inputs=IMAGE)).checks[0].name == "forward"


async def test_models_run_at_the_same_time(verify: Verify, tmp_path: Path) -> None:
    """Each waits for the other, so one after the other they would never end."""
    for own, other in (("a", "b"), ("b", "a")):
        waits = f"open('{own}.txt', 'w').close()\nwhile not os.path.exists('{other}.txt'):\n    time.sleep(0.01)\n"
        text = (
            f"import os, time\n{waits}"
            + SLEEPER.split("\n", 1)[1].partition("    def forward")[0]
            + "    pass\n"
        )
        (tmp_path / f"{own}.py").write_text(text)
    outcomes = await asyncio.gather(verify("a.py:Net"), verify("b.py:Net"))
    assert all("NotImplementedError" in (outcome.checks[0].message or "") for outcome in outcomes)


async def test_forks_of_a_warm_process_may_use_all_threads(tmp_path: Path) -> None:
    """With OpenMP threads in the parent, forks that enter parallel code wait for ever."""
    (tmp_path / "net.py").write_text(CONVOLUTION)
    probe = Probe(sys.executable, tmp_path)
    try:
        await probe.start()
        await probe.warm_up()
        warm = left_behind(tmp_path)
        request = Request(
            ModelConfig("net.py:Net", inputs=(InputConfig((8, 3, 64, 64)),), timeout=300), tmp_path
        )
        verification = await probe.verify(request, lambda event: None)
    finally:
        await probe.close()
    assert [check.status for check in verification.checks] == [Status.PASSED] * 4
    assert verification.output.startswith(f"threads: {len(os.sched_getaffinity(0))}\n")
    assert [process for process in warm if folder_of(Path(f"/proc/{process}"))] == []


async def test_a_probe_that_was_killed_starts_again(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(CONVOLUTION)
    probe = Probe(sys.executable, tmp_path)
    request = Request(
        ModelConfig("net.py:Net", inputs=(InputConfig((1, 3, 64, 64)),), checks=("forward",)), tmp_path
    )
    try:
        await probe.start()
        (first,) = left_behind(tmp_path)
        os.kill(first, 9)
        assert (await probe.verify(request, lambda event: None)).passed
        assert left_behind(tmp_path) != [first]
    finally:
        await probe.close()
    assert left_behind(tmp_path) == []


HANGING_AT_EXIT = """\
import atexit, os, threading, time
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        threading.Thread(target=lambda: time.sleep(600)).start()
        atexit.register(time.sleep, 600)
        return x + 1
"""
NUMBER = """\
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        print("forward", NUMBER)
        return x + 1
"""


async def test_the_process_that_waits_for_the_next_run_sees_what_was_saved_since(tmp_path: Path) -> None:
    """It is forked and warmed up before the file is read."""
    probe = Probe(sys.executable, tmp_path)
    request = Request(ModelConfig("net.py:Net", inputs=(InputConfig((2, 4)),), checks=("forward",)), tmp_path)
    used: list[int] = []
    try:
        await probe.warm_up(("forward",))
        for number in range(3):
            used.append(await _waiting_in(tmp_path, used))
            (tmp_path / "net.py").write_text(NUMBER.replace("NUMBER", str(number)))
            verification = await probe.verify(request, lambda event: None)
            assert (verification.passed, verification.output) == (True, f"forward {number}\n")
    finally:
        await probe.close()
    assert len(set(used)) == 3
    assert left_behind(tmp_path) == []


async def test_a_waiting_process_that_was_killed_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(CONVOLUTION)
    probe = Probe(sys.executable, tmp_path)
    request = Request(
        ModelConfig("net.py:Net", inputs=(InputConfig((1, 3, 64, 64)),), checks=("forward",)), tmp_path
    )
    try:
        await probe.warm_up(("forward",))
        os.kill(await _waiting_in(tmp_path), 9)
        assert (await probe.verify(request, lambda event: None)).passed
    finally:
        await probe.close()
    assert left_behind(tmp_path) == []


async def test_a_result_does_not_wait_for_what_user_code_does_at_exit(verify: Verify, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(HANGING_AT_EXIT)
    assert (await verify("net.py:Net", timeout=30.0)).passed
    await until_nothing_is_left(tmp_path)


async def _waiting_in(folder: Path, known: Collection[int] = ()) -> int:
    """The fork of the warm process in this folder that none of those known is, as soon as there is one."""
    for _ in range(6000):
        found = left_behind(folder)
        waiting = [one for one in found if one not in known and _parent_of(one) in found]
        if waiting:
            return waiting[0]
        await asyncio.sleep(0.01)
    raise AssertionError("no process was forked ahead")


def _parent_of(process: int) -> int:
    stat = Path(f"/proc/{process}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])
