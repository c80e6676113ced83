"""Running models for a session: one run at a time for each of them, and the newest request counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from torchready.lsp.attempt import Asked, Attempt
from torchready.lsp.editor import Editor
from torchready.lsp.models import Key, Model
from torchready.lsp.probes import Probes
from torchready.lsp.progress import Progresses
from torchready.lsp.session import Session
from torchready.lsp.telling import summary

if TYPE_CHECKING:
    from torchready.probe.errors import ProbeError
    from torchready.probe.verification import Verification

# Runs share the machine with the editor and everything else its user does.
RUNS_AT_A_TIME = 2


@dataclass(frozen=True, slots=True)
class UnderWay:
    model: Model
    asked: Asked
    task: asyncio.Task[Verification | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended, for the editor's status item."""

    state: str
    message: str
    target: str


class Verifier:
    """Starts, replaces and cancels runs. Asks nobody whether they are allowed: that is for its callers."""

    def __init__(self, session: Session, editor: Editor, probes: Probes, progresses: Progresses) -> None:
        self._session = session
        self._editor = editor
        self._probes = probes
        self._progresses = progresses
        self._under_way: dict[Key, UnderWay] = {}
        # Of the runs since none was under way.
        self._outcomes: list[Outcome] = []
        self._turns = asyncio.Semaphore(RUNS_AT_A_TIME)

    async def verify(self, model: Model, asked: Asked) -> Verification | None:
        """Run a model; what a newer run tells that took its place. None when it was cancelled or could not begin."""
        task = self.start(model, asked)
        while True:
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                task.cancel()
                raise
            newer = self._under_way.get(model.key)
            if not task.cancelled() or newer is None or newer.task is task:
                break
            task = newer.task
        return None if task.cancelled() or task.exception() is not None else task.result()

    def start(
        self, model: Model, asked: Asked, saved: Iterable[Path] = ()
    ) -> asyncio.Task[Verification | None]:
        """Begin a run, unless one of the same code is under way. `saved` are the files that were saved for it."""
        before = self._under_way.get(model.key)
        if before is not None:
            same = before.model.config == model.config and self._is_of_this_code(model, saved)
            if same and before.asked.covers(asked):
                return before.task
            before.task.cancel()
        task = asyncio.ensure_future(self._run(model, asked))
        under_way = self._under_way[model.key] = UnderWay(model, asked, task)
        task.add_done_callback(partial(self._ended, model, under_way))
        return task

    def cancel(self) -> int:
        """End all runs; how many there were."""
        running = list(self._under_way.values())
        for each in running:
            each.task.cancel()
        return len(running)

    def forget(self, models: tuple[Model, ...]) -> None:
        """Keep what is known of these models only: others are gone from the configuration, or another entry."""
        entries = {model.key: model.config for model in models}
        for key, known in list(self._session.runs.all().items()):
            if any(run.model.config != entries.get(key) for run in known.runs):
                if (under_way := self._under_way.get(key)) is not None:
                    under_way.task.cancel()
                self._session.drop_runs(key)

    async def close(self) -> None:
        if self.cancel():
            await asyncio.wait([each.task for each in self._under_way.values()], timeout=1.0)

    def _is_of_this_code(self, model: Model, saved: Iterable[Path]) -> bool:
        """Whether the run under way, if it has begun, is of this very code."""
        current = self._session.runs.of(model.key).current
        if current is None:
            return True
        if any(path not in current.texts and _is_newer(path, current.began) for path in saved):
            return False
        return all(followed.is_same for followed in current.texts.values())

    def _ended(self, model: Model, under_way: UnderWay, task: asyncio.Task[Verification | None]) -> None:
        if self._under_way.get(model.key) is not under_way:
            return  # Another run of the model took its place, and tells how it ends.
        del self._under_way[model.key]
        if task.cancelled():
            self._note("ready", f"{model.name}: cancelled", model)
        elif (error := task.exception()) is not None:
            self._note("failed", f"{model.name}: {error}", model)
            self._session.failures.report(f"verifying {model.config.target}", error)
        elif (verification := task.result()) is not None:
            state = "ready" if verification.passed else "failed"
            self._note(state, f"{model.name}: {summary(verification)}", model)
        if not self._under_way:
            self._tell()

    def _note(self, state: str, message: str, model: Model) -> None:
        self._outcomes.append(Outcome(state, message, model.config.target))

    def _tell(self) -> None:
        """How the runs ended, of which the last has: those that failed, if any did."""
        ended, self._outcomes = self._outcomes, []
        failed = [each for each in ended if each.state == "failed"]
        told = failed or ended
        if told:
            message = "\n".join(each.message for each in told)
            target = told[0].target if len(told) == 1 else None
            self._editor.status(told[0].state, message, target)

    async def _run(self, model: Model, asked: Asked) -> Verification | None:
        from torchready.probe.client import ProbeError, ReplacedError

        async with self._turns:
            task = asyncio.current_task()
            assert task is not None
            progress = self._progresses.begin(f"Verifying {model.name}", task.cancel)
            attempt = Attempt(self._session, self._editor, model, progress)
            outcome = "cancelled"
            try:
                attempt.say("starting")
                probe = await self._probes.warm(model)
                verification = await probe.verify(attempt.begin(asked), attempt.hear)
                attempt.finish(verification)
                outcome = summary(verification)
                return verification
            except ReplacedError:
                return None
            except ProbeError as error:
                outcome = "failed"
                self._fail(model, error)
                return None
            finally:
                attempt.drop()
                progress.end(outcome)

    def _fail(self, model: Model, error: ProbeError) -> None:
        if error.detail:
            self._editor.log(types.MessageType.Error, error.detail)
        self._note("failed", f"{model.name}: {error}", model)
        self._editor.say(types.MessageType.Error, f"torchready cannot verify {model.name}: {error}")


def _is_newer(path: Path, began: float) -> bool:
    try:
        return path.stat().st_mtime >= began
    except OSError:
        return True
