"""Verify on save against the same checks called in a live interpreter, in the same run; cold time and idle memory.

The live interpreter has everything loaded and has run the model before, as in a notebook; for each run it loads the
model's file anew and calls what a run of verify calls.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.memory import resident
from benchmarks.result import Row, milliseconds, seconds
from torchready.config import InputConfig, ModelConfig
from torchready.probe.agent_process import AGENT
from torchready.probe.client import Probe
from torchready.probe.protocol import request_object
from torchready.probe.verification import Observed, Progress, Request, Status

RUNS = 7
MODELS = Path(__file__).parent / "models.py"
SHARE_OF_LIVE = 1.3
SECONDS_TO_FIRST = 0.1
# Between two saves: somebody types. The probe prepares the process of the next run meanwhile.
PAUSE = 1.5
CASES = {"small CNN": ("SmallNet", (1, 3, 32, 32)), "resnet18": ("ResNet18", (1, 3, 224, 224))}

LIVE = """
import importlib.util, json, sys, time
folder, runs = sys.argv[1], int(sys.argv[2])
request = json.loads(sys.stdin.read())
place = importlib.util.spec_from_file_location(
    "agent", folder + "/__init__.py", submodule_search_locations=[folder]
)
sys.modules["agent"] = importlib.util.module_from_spec(place)
place.loader.exec_module(sys.modules["agent"])
from agent import run, warming
for step in warming.steps_for(warming.CHECKS):
    warming.take(step)
before = set(sys.modules)
for _ in range(runs):
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) == request["target"].partition(":")[0]:
            del sys.modules[name]
    said = []
    started = time.perf_counter()
    run.run(request, said.append)
    print(json.dumps([time.perf_counter() - started, [each["status"] for each in said if "status" in each]]))
"""


@dataclass(frozen=True)
class Warm:
    """One model on save, by the warm probe: all checks, and until the first findings are there."""

    whole: float
    first: float


@dataclass(frozen=True)
class Measured:
    """Times in seconds: of the first run of all, of runs after a pause, and of small ones without; bytes when idle."""

    cold: float
    memory: int
    warm: dict[str, Warm]
    at_once: float


def measure(scratch: Path) -> Iterator[Row]:
    measured = asyncio.run(_measure_probe(scratch))
    warm = measured.warm
    for name in CASES:
        live = _live(_request(name, scratch))
        share = warm[name].whole / live
        what = f"verify on save, {name}, all checks"
        peer = f"live interpreter {milliseconds(live)}"
        yield Row(what, milliseconds(warm[name].whole), peer, "1.3 times the peer", share / SHARE_OF_LIVE)
    first = warm["small CNN"].first
    what = "first findings after a save, small CNN"
    yield Row(what, milliseconds(first), "", milliseconds(SECONDS_TO_FIRST), first / SECONDS_TO_FIRST)
    what = "verify on save, small CNN, saved again as soon as the last verify ended"
    yield Row(what, milliseconds(measured.at_once), "", "none", 0.0)
    imported = _seconds_to_import_torch()
    what = "verify from nothing, small CNN, all checks"
    yield Row(what, seconds(measured.cold), f"import torch {seconds(imported)}", "none", 0.0)
    yield Row(
        "memory of the idle probe, everything loaded", f"{measured.memory / 1e6:.0f} MB", "", "none", 0.0
    )


async def _measure_probe(scratch: Path) -> Measured:
    started = time.perf_counter()
    probe = Probe(sys.executable, scratch)
    try:
        await _verified(probe, _request("small CNN", scratch))
        cold = time.perf_counter() - started
        await probe.warm_up()
        await asyncio.sleep(PAUSE)
        (agent,) = psutil.Process().children()
        memory = sum(resident(process) for process in (agent, *agent.children()))
        warm = {name: await _warm(probe, _request(name, scratch), PAUSE) for name in CASES}
        at_once = await _warm(probe, _request("small CNN", scratch), 0)
        return Measured(cold, memory, warm, at_once.whole)
    finally:
        await probe.close()


async def _warm(probe: Probe, request: Request, pause: float) -> Warm:
    times: list[Warm] = []
    for _ in range(RUNS):
        await asyncio.sleep(pause)
        times.append(await _verified(probe, request))
    return Warm(
        statistics.median(each.whole for each in times), statistics.median(each.first for each in times)
    )


async def _verified(probe: Probe, request: Request) -> Warm:
    started = time.perf_counter()
    first: list[float] = []

    def listen(event: Progress) -> None:
        if isinstance(event, Observed):
            first.append(time.perf_counter() - started)

    verification = await probe.verify(request, listen)
    if any(check.status is not Status.PASSED for check in verification.checks):
        raise RuntimeError(f"{verification.model}: {[check.message for check in verification.checks]}")
    return Warm(time.perf_counter() - started, first[0])


def _live(request: Request) -> float:
    """The median of the runs after the first one, which is the live interpreter's own first."""
    program = [sys.executable, "-c", LIVE, str(AGENT), str(RUNS + 1)]
    asked = json.dumps(request_object(request))
    ended = subprocess.run(program, input=asked, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("[")]
    if len(lines) != RUNS + 1 or any(set(statuses) != {"passed"} for _, statuses in lines):
        raise RuntimeError(f"the live interpreter: {ended.stdout[-500:]}{ended.stderr[-500:]}")
    return statistics.median(took for took, _ in lines[1:])


def _seconds_to_import_torch() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    return time.perf_counter() - started


def _request(name: str, scratch: Path) -> Request:
    class_name, shape = CASES[name]
    path = scratch / "models.py"
    path.write_text(MODELS.read_text(encoding="utf-8"), encoding="utf-8")
    model = ModelConfig(f"{path}:{class_name}", inputs=(InputConfig(shape),), timeout=600)
    return Request(model, scratch)
