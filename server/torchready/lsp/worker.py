"""A thread besides the loop's, such as the one on which analyses run."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

Result = TypeVar("Result")


class Worker:
    """Runs tasks one after the other and hands their results to the loop.

    A daemon thread and not an executor: the interpreter waits for an executor's threads when it ends, and
    the server must end at once when its editor does.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks: SimpleQueue[Callable[[], None]] = SimpleQueue()
        threading.Thread(target=self._work, name="torchready-analysis", daemon=True).start()

    def another(self) -> Worker:
        """One more thread for the same loop."""
        return Worker(self._loop)

    def run(self, task: Callable[[], Result], done: Callable[[Future[Result]], None]) -> None:
        """Run `task` on the thread, then `done` on the loop."""
        result: Future[Result] = Future()

        def perform() -> None:
            try:
                result.set_result(task())
            except BaseException as error:
                result.set_exception(error)
            self._on_loop(done, result)

        self._tasks.put(perform)

    def _on_loop(self, done: Callable[[Future[Any]], None], result: Future[Any]) -> None:
        # The loop may be closed already when the server is ending.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(done, result)

    def _work(self) -> None:
        while True:
            self._tasks.get()()
