"""Lines of JSON over a pipe.

Commands come in as `{"command": "run"|"kill", "run": 3, ...}`. Answers go out as `3 {"event": ...}`: the number of the
run that speaks, 0 for the agent itself, and what it says. A run writes its events into a pipe of its own, and the agent
passes whole lines on without reading them; so a run that dies in the middle of a line, or is made to write rubbish,
harms nobody but itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Callable

Event = dict[str, Any]
Emit = Callable[[Event], None]

CHUNK = 1 << 16
# The exit status of a run that could not say how it ended; `endings` in torchready knows it.
LOST_CHANNEL = 113
# As it is before anybody replaces it.
EXIT = os._exit
# More than any honest event: a run that writes this much without ending the line is made to stop.
LONGEST_LINE = 1 << 28

# A run's last line, which its parent keeps to itself.
OVER = b'{"event":"over"}\n'


def write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def encoded(event: Event) -> bytes:
    # `default`: what a user's exception or tensor brings along must never keep an event from being told.
    return json.dumps(event, default=str, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def emitter(descriptor: int, prefix: bytes = b"") -> Emit:
    """A function that writes one event as one line; it ends the process when the pipe is no longer there."""
    own = _identity(descriptor)
    process = os.getpid()

    def emit(event: Event) -> None:
        # A fork that the user's code made came out of it, and would go on as a second run.
        if os.getpid() != process:
            EXIT(LOST_CHANNEL)
        # User code may have closed it, and opened a file of its own under the same number.
        if _identity(descriptor) != own:
            EXIT(LOST_CHANNEL)
        write_all(descriptor, prefix + encoded(event))

    return emit


def _identity(descriptor: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(descriptor)
    except OSError:
        return None
    return status.st_dev, status.st_ino


class Lines:
    """Cuts what comes out of a pipe into lines."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.waiting = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that are complete now, each with its line end."""
        *complete, rest = chunk.split(b"\n")
        for line in complete:
            yield b"".join((*self._parts, line, b"\n"))
            self._parts.clear()
        if complete:
            self.waiting = 0
        if rest:
            self._parts.append(rest)
            self.waiting += len(rest)
