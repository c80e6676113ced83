"""Opening a large file, what else waits meanwhile, and the start of the server."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import SERVERS, SMALL_FILE, Corpus, torchfix_program
from benchmarks.protocol import Client, is_diagnostics
from benchmarks.result import Row, milliseconds, seconds

REPEATS = 5
HOVER_EVERY = 0.005
START_BUDGET = 0.6
BLOCKED_BUDGET = 0.005

# Runs in TorchFix's own environment: its checker on one file, in process, imports not counted.
TORCHFIX_IN_PROCESS = """\
import statistics, sys, time
from pathlib import Path
from torchfix.torchfix import TorchChecker
lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(keepends=True)
list(TorchChecker(None, ["import torch\\n"]).run())
taken = []
for _ in range(3):
    start = time.perf_counter()
    list(TorchChecker(None, lines).run())
    taken.append(time.perf_counter() - start)
print(statistics.median(taken))
"""


@dataclass(frozen=True)
class Opening:
    """Seconds from didOpen to diagnostics, and of the slowest hover on another document meanwhile."""

    taken: float
    slowest_hover: float
    idle_hover: float


def open_large(path: Path, root: Path, scratch: Path) -> Opening:
    small = write_small(scratch)
    with Client(SERVERS["torchready"], root) as client:
        client.open(small.as_uri(), SMALL_FILE)
        client.diagnostics(small.as_uri(), 1)
        idle = [hover(client, small.as_uri()) for _ in range(20)]
        source = path.read_text(encoding="utf-8")
        sent = client.open(path.as_uri(), source)
        arrived, hovers = hover_until_diagnostics(client, small.as_uri(), path.as_uri())
    return Opening(arrived - sent, max(hovers, default=0.0), statistics.median(idle))


def hover(client: Client, uri: str) -> float:
    sent = time.perf_counter()
    return client.answer(request_hover(client, uri)).moment - sent


def request_hover(client: Client, uri: str) -> int:
    parameters = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    return client.request("textDocument/hover", parameters)


def hover_until_diagnostics(client: Client, small: str, large: str) -> tuple[float, list[float]]:
    """When the large file's diagnostics came, and how long every hover asked before then took."""
    sent: dict[int, float] = {}
    taken: list[float] = []
    arrived: float | None = None
    next_hover = time.perf_counter()
    while arrived is None or len(taken) < len(sent):
        if arrived is None and time.perf_counter() >= next_hover:
            moment = time.perf_counter()
            sent[request_hover(client, small)] = moment
            next_hover = moment + HOVER_EVERY
        arrival = client.next_arrival(HOVER_EVERY)
        if arrival is None:
            continue
        if arrival.message.get("id") in sent and "method" not in arrival.message:
            taken.append(arrival.moment - sent[arrival.message["id"]])
        elif is_diagnostics(arrival.message, large, 1):
            arrived = arrival.moment
    return arrived, taken


def torchfix_in_process(path: Path) -> float:
    command = [torchfix_program("python"), "-c", TORCHFIX_IN_PROCESS, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise RuntimeError(f"TorchFix on {path.name} ended with {run.returncode}:\n{run.stderr[-2000:]}")
    return float(run.stdout)


def start(command: tuple[str, ...], scratch: Path) -> float:
    """Seconds from starting the process to the first diagnostics of a small file."""
    small = write_small(scratch)
    begun = time.perf_counter()
    with Client(command, scratch) as client:
        client.open(small.as_uri(), SMALL_FILE)
        return client.diagnostics(small.as_uri(), 1).moment - begun


def write_small(folder: Path) -> Path:
    path = folder / "small_model.py"
    path.write_text(SMALL_FILE, encoding="utf-8")
    return path


def measure_open(corpus: Corpus, scratch: Path) -> Iterator[Row]:
    path = corpus.large
    openings = [open_large(path, corpus.folder, scratch) for _ in range(REPEATS)]
    ours = statistics.median(opening.taken for opening in openings)
    peer = torchfix_in_process(path)
    what = f"open to diagnostics, {path.name}"
    yield Row(
        what, seconds(ours), f"TorchFix in process {seconds(peer)}", "a third of TorchFix", ours * 3 / peer
    )
    blocked = statistics.median(opening.slowest_hover for opening in openings)
    idle = statistics.median(opening.idle_hover for opening in openings)
    what = "slowest hover on another file meanwhile"
    share = (blocked - idle) / BLOCKED_BUDGET
    yield Row(what, milliseconds(blocked), f"idle {milliseconds(idle)}", "5 ms more than idle", share)


def measure_start(scratch: Path) -> Iterator[Row]:
    ours, peer = (
        statistics.median(start(SERVERS[name], scratch) for _ in range(REPEATS))
        for name in ("torchready", "ruff")
    )
    share = ours / START_BUDGET
    yield Row(
        "server start to first diagnostics", seconds(ours), f"ruff server {seconds(peer)}", "0.6 s", share
    )
