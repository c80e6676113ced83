"""Verify on a real Dask cluster of two workers on this machine."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from distributed import LocalCluster

from torchready.config import Config, InputConfig, ModelConfig
from torchready.probe.cluster import Cluster
from torchready.probe.errors import ProbeError
from torchready.probe.verification import CheckEnded, CheckStarted, Progress, Request, Status

pytestmark = pytest.mark.asyncio(loop_scope="module")

NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return self.fc(x)


class Wrong(Net):
    def forward(self, x):
        return self.fc(x, 1)
"""
# Says in which process it runs, and waits until somebody lets it go on.
WAITING = """\
import os
import time
from pathlib import Path

from torch import nn

HERE = Path(__file__).parent


class Net(nn.Module):
    def forward(self, x):
        (HERE / f"run-{os.getpid()}").touch()
        while not (HERE / "go").exists():
            time.sleep(0.01)
        return x + 1
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dask() -> AsyncIterator[Any]:
    before = dict(os.environ)
    options: dict[str, Any] = {"dashboard_address": None, "host": "127.0.0.1", "asynchronous": True}
    async with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster:
        yield cluster
    # Before Dask starts its workers it limits their threads, by variables that the other tests' models would inherit.
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def address(dask: Any) -> str:
    return dask.scheduler_address.replace("tcp://", "dask://")


def request(target: str, root: Path) -> Request:
    return Request(
        ModelConfig(target, inputs=(InputConfig((2, 4)),), checks=("forward",), timeout=60.0), root
    )


async def test_a_fleet_is_verified_and_progress_is_told(address: str, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    cluster = Cluster(address, Config(python=sys.executable), tmp_path)
    told: list[Progress] = []
    try:
        interpreter = await cluster.start()
        right, wrong = await asyncio.gather(
            cluster.verify(request("net.py:Net", tmp_path), told.append),
            cluster.verify(request("net.py:Wrong", tmp_path), lambda event: None),
        )
        async with asyncio.timeout(20):
            while not any(isinstance(event, CheckEnded) for event in told):
                await asyncio.sleep(0.01)
    finally:
        await cluster.close()
    assert interpreter.versions["torch"].startswith("2.")
    assert cluster.slots == 2
    assert [(check.name, check.status) for check in right.checks] == [("forward", Status.PASSED)]
    assert [(finding.code, finding.range.start.line) for finding in wrong.findings] == [("TR481", 14)]
    assert told[0] == CheckStarted("net.py:Net", "forward")


async def test_a_model_outlives_the_worker_that_ran_it(address: str, dask: Any, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "waiting.py").write_text(WAITING)
    cluster = Cluster(address, Config(python=sys.executable), tmp_path)
    try:
        await cluster.start()
        waiting = asyncio.create_task(cluster.verify(request("waiting.py:Net", tmp_path), lambda event: None))
        first = await _run_beside(tmp_path, set())
        os.kill(_worker_of(first), signal.SIGKILL)
        others = [
            asyncio.create_task(cluster.verify(request(f"net.py:{name}", tmp_path), lambda event: None))
            for name in ("Net", "Wrong")
        ]
        await _run_beside(tmp_path, {first})
        (tmp_path / "go").touch()
        answers = await asyncio.gather(waiting, *others)
    finally:
        (tmp_path / "go").touch()
        await cluster.close()
    assert [answer.passed for answer in answers] == [True, True, False]
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


async def test_no_scheduler_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    cluster = Cluster("dask://127.0.0.1:1", Config(), tmp_path)
    with pytest.raises(ProbeError, match=r"no Dask scheduler answers at dask://127\.0\.0\.1:1: start one"):
        await cluster.start()
    await cluster.close()


async def test_the_command_line_hands_models_to_the_cluster(address: str, tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NET)
    command = [sys.executable, "-m", "torchready", "verify", "net.py:Net", "net.py:Wrong", "--isolated"]
    options = ["--input", "2,4", "--checks", "forward", "--executor", address, "--output-format", "json"]
    process = await asyncio.create_subprocess_exec(
        *command, *options, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 1, err.decode()
    models = json.loads(out)["models"]
    assert [(model["model"], model["checks"][0]["status"]) for model in models] == [
        ("net.py:Net", "passed"),
        ("net.py:Wrong", "failed"),
    ]


async def test_an_executor_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torchready", "verify", "net.py:Net", "--executor", "ray://somewhere"]
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stderr=subprocess.PIPE)
    _, err = await process.communicate()
    assert process.returncode == 2
    assert "'ray://somewhere' is no executor; write dask://HOST:PORT" in err.decode()


async def _run_beside(folder: Path, known: set[int]) -> int:
    """The process of a run that is not among those known."""
    async with asyncio.timeout(60):
        while True:
            seen = {int(path.name.removeprefix("run-")) for path in folder.glob("run-*")} - known
            if seen:
                return seen.pop()
            await asyncio.sleep(0.01)


def _worker_of(run: int) -> int:
    """The worker process above a run: run -> zygote -> worker."""
    return _parent_of(_parent_of(run))


def _parent_of(process: int) -> int:
    status = Path(f"/proc/{process}/stat").read_text()
    return int(status.rpartition(")")[2].split()[1])
