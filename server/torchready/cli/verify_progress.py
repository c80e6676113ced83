"""What is being verified right now, on standard error, while a person waits."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from torchready.probe.verification import CheckEnded, CheckStarted, Progress, Status

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

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

    def __enter__(self) -> VerifyProgress:
        if self._wanted:
            self._bars = _bars()
            self._bars.add_task("Importing torch", total=self._total, details="")
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, model: str) -> ModelLine:
        return ModelLine(self._bars, model)


class ModelLine:
    """What becomes of one model while it runs."""

    def __init__(self, bars: Bars | None, model: str) -> None:
        self._bars = bars
        self._ended: list[str] = []
        if bars is not None:
            bars.update(bars.task_ids[0], description="Verifying")
            self._task = bars.add_task(f"  {escape(model)}", total=None, details="")

    def hear(self, event: Progress) -> None:
        if isinstance(event, CheckStarted):
            self._show(f"{event.check} ...")
        elif isinstance(event, CheckEnded):
            self._ended.append(f"{event.outcome.name} {SHOWN[event.outcome.status]}")
            self._show("")

    def end(self) -> None:
        if self._bars is not None:
            self._bars.advance(self._bars.task_ids[0])
            self._bars.remove_task(self._task)

    def _show(self, now: str) -> None:
        if self._bars is not None:
            self._bars.update(self._task, details=" ".join([*self._ended, now]))


def escape(text: str) -> str:
    """So that square brackets in it are no markup."""
    return text.replace("[", "\\[")


def _bars() -> Bars:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    details = TextColumn("{task.fields[details]}")
    return Progress(*columns, details, console=Console(stderr=True), transient=True)
