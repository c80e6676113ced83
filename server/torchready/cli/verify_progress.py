"""What is being verified right now, on standard error, while a person waits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from torchready.probe.verification import CheckEnded, CheckStarted, Progress, Status

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

SHOWN = {
    Status.PASSED: "[green]passed[/]",
    Status.FAILED: "[red]failed[/]",
    Status.SKIPPED: "[yellow]skipped[/]",
}


class VerifyProgress:
    """A line for all models and one for each that runs, on a terminal; leaves nothing behind."""

    def __init__(self, total: int, *, wanted: bool) -> None:
        self._total = total
        self._wanted = wanted and sys.stderr.isatty()
        self._bars: Bars | None = None
        self._all: TaskID | None = None
        self._lines: dict[str, TaskID] = {}
        self._ended: dict[str, list[str]] = {}

    def __enter__(self) -> VerifyProgress:
        if self._wanted:
            self._bars = _bars()
            self._all = self._bars.add_task("Importing torch", total=self._total, details="")
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, model: str) -> None:
        if self._bars is None or self._all is None:
            return
        self._bars.update(self._all, description="Verifying")
        self._lines[model] = self._bars.add_task(f"  {model}", total=None, details="")

    def end(self, model: str) -> None:
        if self._bars is None or self._all is None:
            return
        self._bars.advance(self._all)
        self._bars.remove_task(self._lines.pop(model))

    def listener(self, model: str) -> Callable[[Progress], None]:
        def listen(event: Progress) -> None:
            if self._bars is None or model not in self._lines:
                return
            ended = self._ended.setdefault(model, [])
            if isinstance(event, CheckStarted):
                self._bars.update(self._lines[model], details=" ".join([*ended, f"{event.check} ..."]))
            elif isinstance(event, CheckEnded):
                ended.append(f"{event.outcome.name} {SHOWN[event.outcome.status]}")
                self._bars.update(self._lines[model], details=" ".join(ended))

        return listen


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    details = TextColumn("{task.fields[details]}")
    return Progress(*columns, details, console=Console(stderr=True), transient=True)
