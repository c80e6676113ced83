"""Memory of the server, its child processes included, with many real files open."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

from benchmarks.peers import SERVERS, Corpus, line_count
from benchmarks.protocol import Client
from benchmarks.result import Row

FILES = 50
BUDGET = 200.0


def megabytes(name: str, corpus: Corpus) -> float:
    """Proportional set size: what processes share is counted once."""
    with Client(SERVERS[name], corpus.folder) as client:
        for file in corpus.model_files(FILES):
            client.open(file.as_uri(), file.read_text(encoding="utf-8"))
            client.diagnostics(file.as_uri(), 1)
        server = psutil.Process(client.process.pid)
        processes = [server, *server.children(recursive=True)]
        return sum(resident(process) for process in processes) / 1e6


def resident(process: psutil.Process) -> int:
    memory = process.memory_full_info()
    return getattr(memory, "pss", memory.rss)


def measure(corpus: Corpus) -> Iterator[Row]:
    ours, peer = (megabytes(name, corpus) for name in ("torchready", "ruff"))
    lines = line_count(corpus.model_files(FILES))
    what = f"memory with {FILES} real files open ({lines:,} lines)"
    yield Row(what, f"{ours:.0f} MB", f"ruff server {peer:.0f} MB", "200 MB", ours / BUDGET)
