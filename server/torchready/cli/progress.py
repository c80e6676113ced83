"""A progress bar on standard error, for runs that take a while before a person's eyes."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

SECONDS_WITHOUT_BAR = 0.5


class ProgressBar:
    """Appears on a terminal when the run is not over soon, and leaves nothing behind."""

    def __init__(self, total: int, wanted: bool) -> None:
        self._total = total
        self._done = 0
        self._wanted = wanted and sys.stderr.isatty()
        self._started = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, files: int) -> None:
        self._done += files
        if self._bar is None and self._is_time():
            self._bar = self._new_bar()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)

    def _is_time(self) -> bool:
        return self._wanted and time.monotonic() - self._started > SECONDS_WITHOUT_BAR

    def _new_bar(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        bar = Progress(*columns, console=Console(stderr=True), transient=True)
        bar.add_task("", total=self._total)
        bar.start()
        return bar
