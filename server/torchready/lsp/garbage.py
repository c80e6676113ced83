"""Garbage collection while nobody types.

Syntax trees are hundreds of thousands of objects that live as long as their document. A full collection
looks at all of them and would come, by chance, between a keystroke and its diagnostics. They hold no
cycles, so counting references frees them; the rest can wait for a pause.
"""

from __future__ import annotations

import asyncio
import gc

IDLE_SECONDS = 2.0
# Below this many new objects a collection is not worth waking up for.
WORTHWHILE = 20_000


class IdleCollection:
    """Replaces automatic collections by one in every pause after work."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        gc.disable()
        gc.freeze()

    def worked(self) -> None:
        """Something happened: the pause begins anew."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._collect)

    def _collect(self) -> None:
        self._timer = None
        if gc.get_count()[0] < WORTHWHILE:
            return
        gc.collect()
        # What survived a pause is likely to stay; later collections need not look at it again.
        gc.freeze()
