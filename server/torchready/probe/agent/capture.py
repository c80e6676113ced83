"""What user code prints: kept, and kept out of the protocol."""

from __future__ import annotations

import os
import sys

# Enough to read what went wrong; a model that prints in a loop must not fill the memory.
KEPT_AT_START = 32_000
KEPT_AT_END = 32_000


class Output:
    """The start and the end of what was printed; what lies between is counted only."""

    def __init__(self) -> None:
        self._start = b""
        self._end: list[bytes] = []
        self._end_size = 0
        self._dropped = 0

    def feed(self, chunk: bytes) -> None:
        room = KEPT_AT_START - len(self._start)
        self._start += chunk[:room] if room > 0 else b""
        rest = chunk[room:] if room > 0 else chunk
        if not rest:
            return
        self._end.append(rest)
        self._end_size += len(rest)
        while self._end_size - len(self._end[0]) >= KEPT_AT_END:
            first = self._end.pop(0)
            self._end_size -= len(first)
            self._dropped += len(first)

    def text(self) -> str:
        end = b"".join(self._end)
        dropped = self._dropped + max(len(end) - KEPT_AT_END, 0)
        between = f"\n... {dropped} bytes left out ...\n".encode() if dropped else b""
        return (self._start + between + end[-KEPT_AT_END:]).decode("utf-8", "replace")


def take_channel() -> int:
    """Move standard output, which carries the protocol, out of reach of `print`; returns its new descriptor.

    What is printed from now on goes where standard error goes.
    """
    sys.stdout.flush()
    channel = os.dup(1)
    os.dup2(2, 1)
    return channel


def take_commands() -> int:
    """Move standard input out of reach of `input()`; returns its new descriptor."""
    commands = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return commands


def print_to(descriptor: int) -> None:
    """Let standard output and standard error go to this descriptor, also where C code writes."""
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: PERF203  # user code may have closed or replaced them
            continue
