"""`torchready check` over all of transformers, from nothing and from its cache, against `torchfix`."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.peers import SEED, TORCHREADY, Corpus, line_count, torchfix_program
from benchmarks.result import Row, seconds

SAMPLE = 120
JOBS = "2"


def timed(command: Sequence[str], folder: Path) -> float:
    """Seconds of one run in `folder`, whose findings are thrown away. Raises when it broke."""
    begun = time.perf_counter()
    run = subprocess.run(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    if run.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command[:4])} ended with {run.returncode}:\n{run.stderr[-2000:]}")
    return time.perf_counter() - begun


def check(paths: Sequence[Path], folder: Path, *options: str) -> float:
    command = [*TORCHREADY, "check", "--output-format", "json-lines", "--jobs", JOBS, *options]
    return timed([*command, *map(str, paths)], folder)


def torchfix(paths: Sequence[Path], folder: Path) -> float:
    return timed([torchfix_program("torchfix"), "--select", "ALL", "-j", JOBS, *map(str, paths)], folder)


def sample(corpus: Corpus) -> list[Path]:
    files = corpus.files_with_torch()
    return random.Random(SEED).sample(files, min(SAMPLE, len(files)))


def measure(corpus: Corpus, scratch: Path) -> Iterator[Row]:
    whole = os.environ.get("TORCHREADY_BENCH_WHOLE") == "1"
    files = corpus.files_with_torch()
    tried = files if whole else sample(corpus)
    # A copy, so that a cache beside the checked files starts empty and is thrown away.
    copied = shutil.copytree(corpus.transformers, scratch / "transformers")
    places = [copied / file.relative_to(corpus.transformers) for file in tried]
    peer_taken = torchfix(places, scratch)
    peer = peer_taken * line_count(files) / line_count(tried)
    how = "" if whole else f", scaled from {len(tried)} files in {seconds(peer_taken)}"
    cold = check([copied], scratch)
    warm = check([copied], scratch)
    same = check(places, scratch, "--no-cache")
    lines = line_count(sorted(copied.rglob("*.py")))
    what = f"check all of transformers ({lines:,} lines), {JOBS} jobs"
    yield Row(
        f"{what}, no cache yet",
        seconds(cold),
        f"torchfix {seconds(peer)}{how}",
        "a tenth of torchfix",
        cold * 10 / peer,
    )
    yield Row(
        f"{what}, second run",
        seconds(warm),
        f"first run {seconds(cold)}",
        "a fifth of the first",
        warm * 5 / cold,
    )
    what = f"check {len(tried)} of its files ({line_count(tried):,} lines)"
    yield Row(
        what, seconds(same), f"torchfix {seconds(peer_taken)}", "a tenth of torchfix", same * 10 / peer_taken
    )
