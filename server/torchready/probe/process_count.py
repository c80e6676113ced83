"""How many processes one has started, on systems whose `ps` says so: all but Windows, which has none."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections import defaultdict
from contextlib import suppress

# As many as a run that is a fork may have, see `agent/limits.py`.
MOST_PROCESSES = max(64, 4 * (os.cpu_count() or 1))
SECONDS_BETWEEN_COUNTS = 0.3
MOST_ROUNDS = 50


async def until_too_many(process: int) -> None:
    """Return when the process has started more than any honest one; never, where nobody can tell."""
    while len(await descendants(process)) <= MOST_PROCESSES:
        await asyncio.sleep(SECONDS_BETWEEN_COUNTS)


async def kill_descendants(process: int) -> None:
    """Kill all that a process started, again and again: those that are left start more meanwhile."""
    for _ in range(MOST_ROUNDS):
        found = await descendants(process)
        for one in found:
            with suppress(OSError):
                os.kill(one, signal.SIGKILL)
        if not found:
            return


async def descendants(process: int) -> list[int]:
    """All that a process started, and what they started in turn, zombies left out."""
    try:
        ps = await asyncio.create_subprocess_exec(
            *("ps", "-A", "-o", "pid=,ppid=,stat="), stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
    except OSError:
        return []
    said, _ = await ps.communicate()
    children: defaultdict[int, list[int]] = defaultdict(list)
    for line in said.decode("ascii", "replace").splitlines():
        number, parent, state = line.split()[:3]
        if not state.startswith("Z"):
            children[int(parent)].append(int(number))
    found = [process]
    for one in found:
        found.extend(children[one])
    return found[1:]
