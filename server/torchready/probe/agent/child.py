"""The process of one run, from its start to its exit."""

from __future__ import annotations

import faulthandler
import os
import random
import signal
import sys
import threading
from contextlib import suppress
from typing import Any

from . import capture, limits
from .channel import LOST_CHANNEL, Emit
from .outcomes import in_one_line

# On this signal a run writes where it is. It is sent before a run that takes too long is killed.
WHERE = getattr(signal, "SIGUSR2", None)


def run_and_exit(request: dict[str, Any], emit: Emit, threads: int) -> None:
    """Run the request and end this process, whatever the user's code does."""
    status = LOST_CHANNEL
    try:
        limits.limit_memory(request.get("memory"))
        _use_threads(threads)
        _start_fresh(request)
        from .run import run

        run(request, emit)
        status = 0
    except BaseException as error:
        import traceback

        with suppress(BaseException):
            emit(
                {
                    "event": "broken",
                    "message": in_one_line(error),
                    "detail": traceback.format_exc(),
                }
            )
    finally:
        capture.flush()
        limits.kill_descendants(os.getpid())
        with suppress(BaseException):
            emit({"event": "over"})
        # Not sys.exit: threads and exit handlers of the user's could keep us for ever.
        os._exit(status)


def tell_where_it_ends(stacks: int) -> None:
    """Tracebacks of crashes, and of whatever ends this process early, go to `stacks`."""
    faulthandler.enable(stacks, all_threads=False)
    if WHERE is not None:
        faulthandler.register(WHERE, stacks, all_threads=True, chain=False)
    own = os.getpid()
    leave = os._exit

    def exit_at_once(status: int) -> None:
        if os.getpid() == own and sys._getframe(1).f_globals.get("__name__") != __name__:
            with suppress(Exception):
                faulthandler.dump_traceback(stacks, all_threads=False)
        leave(status)

    os._exit = exit_at_once  # type: ignore[assignment]


def end_when_closed(commands: int) -> None:
    """End this process when whoever started it is gone."""

    def wait() -> None:
        with suppress(OSError):
            while os.read(commands, 4096):
                continue
        os._exit(1)

    threading.Thread(target=wait, name="torchready-parent", daemon=True).start()


def _use_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


def _start_fresh(request: dict[str, Any]) -> None:
    import torch

    root = request["root"]
    os.chdir(root)
    sys.argv = [request["target"]]
    # The same numbers in every run: what differs between two runs is what the user changed.
    random.seed(0)
    torch.manual_seed(0)
