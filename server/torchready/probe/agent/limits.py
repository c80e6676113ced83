"""What a run may not do: outlive us, take all memory, hide from being killed."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# A small head room above what the process has mapped already, for what every run needs.
PAGE = 4096


def adopt_orphans() -> None:
    """Let processes whose parent died become our children, so that none of a run's gets away."""
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
    for _ in range(100):
        orphans = [child for child in children() if child not in known]
        if not orphans:
            return
        for orphan in orphans:
            kill_group(orphan)
            with suppress(OSError):
                os.waitpid(orphan, 0)


def children() -> list[int]:
    me = os.getpid()
    try:
        with open(f"/proc/{me}/task/{me}/children") as file:
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []


def _prctl(option: int, value: int) -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    except (ImportError, OSError, AttributeError):
        return
