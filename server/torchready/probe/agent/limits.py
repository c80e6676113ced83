"""What a run may not do: outlive us, take all memory, hide from being killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# More than a pool of workers or a data loader starts. RLIMIT_NPROC would be no limit for root, and for anybody else
# one that counts the threads of their editor and browser.
MOST_PROCESSES = 64
MOST_PROCESSES_FOR_EACH_PROCESSOR = 4


def adopt_orphans() -> None:
    """Let descendants whose parent died become our children, so that none of a run's gets away."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Let the kernel kill this process when `parent`, which started it, is gone."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL if hasattr(signal, "SIGKILL") else 9)
    if os.getppid() != parent:
        os._exit(1)


def limit_memory(limit: int | None) -> None:
    """Let allocations fail beyond `limit` bytes of address space (the machine's memory, if None).

    Failing allocations are errors with a line; without a limit the kernel would kill somebody instead.
    """
    try:
        import resource
    except ImportError:
        return
    bound = limit if limit is not None else _memory_of_machine()
    if bound is None:
        return
    # Libraries map far more than they use, so what is mapped now comes on top.
    wanted = bound + mapped_memory()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def be_first_to_go() -> None:
    """When memory runs out all the same, let the kernel choose this process."""
    with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")


def mapped_memory() -> int:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def _memory_of_machine() -> int | None:
    """What this process could use: the machine's memory, or less where a control group says so."""
    found: list[int] = []
    with suppress(OSError, ValueError, AttributeError):
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for name in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError), open(name) as file:
            found.append(int(file.read()))
    return min(found, default=None)


def kill_group(process: int) -> None:
    """Kill a process and all of its group."""
    with suppress(OSError):
        os.killpg(process, signal.SIGKILL)
    with suppress(OSError):
        os.kill(process, signal.SIGKILL)


def kill_orphans(known: set[int]) -> None:
    """Kill the children that we adopted: those of our children that are not `known` as runs."""
    # Each one that is killed may leave children of its own to us.
    for _ in range(1000):
        orphans = [child for child in children(os.getpid()) if child not in known]
        if not orphans:
            return
        # All generations at once: those that are left fork on.
        for process in [*orphans, *(one for orphan in orphans for one in descendants(orphan))]:
            kill_group(process)
        for orphan in orphans:
            with suppress(OSError):
                os.waitpid(orphan, 0)


def kill_descendants(process: int) -> None:
    """Kill all that a process started, but not itself."""
    for descendant in list(descendants(process)):
        with suppress(OSError):
            os.kill(descendant, signal.SIGKILL)


def has_too_many_descendants(process: int) -> bool:
    most = max(MOST_PROCESSES, MOST_PROCESSES_FOR_EACH_PROCESSOR * (os.cpu_count() or 1))
    return next(islice(descendants(process), most, None), None) is not None


def descendants(process: int) -> Iterator[int]:
    """All that a process started, and what they started in turn. Nothing where the system does not tell."""
    known = [process]
    for one in known:
        for child in children(one):
            known.append(child)
            yield child


def children(process: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with suppress(OSError), open(f"/proc/{process}/task/{thread}/children") as file:
                found.extend(int(word) for word in file.read().split())
    except (OSError, ValueError):
        return found
    return found


def _prctl(option: int, value: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return
