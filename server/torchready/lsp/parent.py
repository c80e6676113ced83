"""Ending with the editor, also when it dies without closing our input."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable

SECONDS_BETWEEN_LOOKS = 3.0
WINDOWS_SYNCHRONIZE = 0x00100000
WINDOWS_WAIT_TIMEOUT = 0x00000102


def watch(process_id: int, gone: Callable[[], None], seconds: float = SECONDS_BETWEEN_LOOKS) -> None:
    """Call `gone`, on a thread of its own, when the process no longer runs."""

    def look() -> None:
        while is_running(process_id):
            time.sleep(seconds)
        gone()

    threading.Thread(target=look, name="torchready-parent", daemon=True).start()


def is_running(process_id: int) -> bool:
    if sys.platform == "win32":
        return _is_running_on_windows(process_id)
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Somebody else's process: it runs.
        return True
    return True


def _is_running_on_windows(process_id: int) -> bool:
    if sys.platform != "win32":
        return True
    import ctypes

    kernel = ctypes.windll.kernel32
    handle = kernel.OpenProcess(WINDOWS_SYNCHRONIZE, False, process_id)
    if not handle:
        return False
    try:
        return kernel.WaitForSingleObject(handle, 0) == WINDOWS_WAIT_TIMEOUT
    finally:
        kernel.CloseHandle(handle)
