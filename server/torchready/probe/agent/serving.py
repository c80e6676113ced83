"""Import torch, say that we are ready, and serve: by forks where there are forks, else one run and the end."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

from . import capture, child, environment, limits
from .channel import emitter, encoded, write_all


def serve(mode: str, stacks: str) -> None:
    """`stacks` is a file for the traceback of a run that crashes in this process; forks have pipes of their own."""
    channel = capture.take_channel()
    commands = capture.take_commands()
    sys.dont_write_bytecode = True
    try:
        threads = environment.import_torch()
    except BaseException as error:
        report = traceback.format_exc()
        said = f"{type(error).__name__}: {error}"
        _tell(channel, {"event": "no-torch", **environment.described(), "message": said, "detail": report})
        return
    forks = mode == "fork" and hasattr(os, "fork")
    _tell(channel, {"event": "ready", **environment.described(), "forks": forks, "process": os.getpid()})
    if forks:
        from .zygote import Zygote

        Zygote(commands, channel, threads).serve()
    else:
        _serve_one(commands, channel, threads, stacks)


def _tell(channel: int, event: dict[str, Any]) -> None:
    write_all(channel, b"0 " + encoded(event))


def _serve_one(commands: int, channel: int, threads: int, stacks: str) -> None:
    """Run what is asked first, in this process; whoever started us kills us when it takes too long."""
    import json

    with os.fdopen(os.dup(commands), "rb") as lines:
        line = lines.readline()
    if not line:
        return
    command = json.loads(line)
    emit = emitter(channel, prefix=f"{command['run']} ".encode())
    child.end_when_closed(commands)
    limits.adopt_orphans()
    child.tell_where_it_ends(os.open(stacks, os.O_WRONLY | os.O_APPEND))
    child.run_and_exit(command["request"], emit, threads)
