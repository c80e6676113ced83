"""Checking files in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from pathlib import Path

from torchready.cli.checking import FileResult, check_file
from torchready.cli.projects import Project

WORKER_DIED = "a worker process ended unexpectedly, perhaps for lack of memory; try --jobs 1"


def check_in_processes(
    project: Project, batches: Sequence[Sequence[Path]], jobs: int
) -> Iterator[list[FileResult]]:
    """The results of each batch, in the order in which they are ready."""
    # Before the processes start, so that where they are forks it is imported once for all of them.
    import torchready.engine  # noqa: F401  # pyright: ignore[reportUnusedImport]

    pool = ProcessPoolExecutor(min(jobs, len(batches)), _process_context(), _start_worker)
    try:
        futures = {pool.submit(_check_batch, project, batch): batch for batch in batches}
        for future in as_completed(futures):
            if isinstance(future.exception(), BrokenProcessPool):
                yield [FileResult(path, failure=WORKER_DIED) for path in futures[future]]
            else:
                yield future.result()
    except BaseException:
        # Nobody wants the results any more, and a large file can take seconds.
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _check_batch(project: Project, paths: Sequence[Path]) -> list[FileResult]:
    return [check_file(project, path) for path in paths]


def _process_context() -> BaseContext:
    # A fork shares what is imported already; elsewhere than on Linux, or beside threads, it is not safe.
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _start_worker() -> None:
    # Ctrl+C reaches all processes of a terminal; the main one stops the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot stop its workers, and would leave them waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
