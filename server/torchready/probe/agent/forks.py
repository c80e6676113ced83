"""A fork for one run: what it does between its start and its request, and what its parent knows of it."""

from __future__ import annotations

import gc
import json
import os
import select
import signal
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Callable

from . import capture, child, limits, warming
from .channel import CHUNK, Lines, emitter, encoded, write_all


class Run:
    """A fork as its parent sees it: the pipe that it waits at for its request, and those that it writes into."""

    def __init__(self, process: int, requests: int, pipes: dict[str, int]) -> None:
        self.process = process
        self.pipes = pipes
        # Given with the request.
        self.number = 0
        self.request: Any = None
        self._requests = requests
        self.lines = Lines()
        self.output = capture.Output()
        self.stacks = capture.Output()
        self.reason: str | None = None
        self.kill_at: float | None = None
        # `kill_at` is never moved beyond this.
        self.last_words_end = 0.0
        self.was_spare = False
        self.has_spoken = False
        # It has said everything.
        self.is_over = False

    def begin(self, number: int, request: dict[str, Any]) -> bool:
        """False when it is dead."""
        self.number, self.request = number, request
        try:
            write_all(self._requests, encoded(request))
        except OSError:
            return False
        finally:
            os.close(self._requests)
        return True

    def discard(self) -> None:
        """When it died before it could begin."""
        if self.request is None:
            os.close(self._requests)
        for descriptor in self.pipes.values():
            os.close(descriptor)


def start(steps: Sequence[Callable[[], None]], threads: int, foreign: Iterable[int]) -> Run:
    """Fork. Until its request comes the fork takes these steps; it closes `foreign` descriptors of its parent's.

    Raises `OSError` when there can be no more processes.
    """
    own, theirs = os.pipe()
    pipes = {name: os.pipe() for name in ("events", "output", "stacks")}
    parent = os.getpid()
    try:
        process = os.fork()
    except OSError:
        for descriptor in (own, theirs, *(one for pipe in pipes.values() for one in pipe)):
            os.close(descriptor)
        raise
    if process == 0:
        try:
            foreign = [*foreign, theirs, *(read for read, _ in pipes.values())]
            _wait_and_run(
                own, {name: write for name, (_, write) in pipes.items()}, steps, threads, parent, foreign
            )
        finally:
            os._exit(1)
    os.close(own)
    for read, write in pipes.values():
        os.set_blocking(read, False)
        os.close(write)
    with suppress(OSError):
        os.setpgid(process, process)
    return Run(process, theirs, {name: read for name, (read, _) in pipes.items()})


def _wait_and_run(
    requests: int,
    pipes: dict[str, int],
    steps: Sequence[Callable[[], None]],
    threads: int,
    parent: int,
    foreign: Iterable[int],
) -> None:
    """In the fork. Never returns."""
    os.setpgid(0, 0)
    limits.die_with(parent)
    limits.be_first_to_go()
    # What it starts is counted, and killed, as what descends from it.
    limits.adopt_orphans()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor in foreign:
        # Some are not inherited on every system.
        with suppress(OSError):
            os.close(descriptor)
    child.tell_where_it_ends(pipes["stacks"])
    _rehearse(steps, requests)
    request = _next_request(requests)
    if request is None:
        return
    # Only now: what a rehearsal makes torch write is not the run's.
    capture.print_to(pipes["output"])
    os.close(pipes["output"])
    child.run_and_exit(request, emitter(pipes["events"]), threads)


def _rehearse(steps: Sequence[Callable[[], None]], requests: int) -> None:
    """Take the steps as long as there is nothing else to do."""
    for step in steps:
        if select.select([requests], [], [], 0)[0]:
            return
        warming.take(step)
    if steps:
        keep_what_is_here()


def _next_request(requests: int) -> Any:
    """None when the parent ends, or needs no more runs."""
    parts: list[bytes] = []
    while not parts or not parts[-1].endswith(b"\n"):
        chunk = os.read(requests, CHUNK)
        if not chunk:
            return None
        parts.append(chunk)
    os.close(requests)
    return json.loads(b"".join(parts))


def keep_what_is_here() -> None:
    """Looking at it again, in every garbage collection of a fork, would only copy it."""
    gc.collect()
    gc.freeze()
