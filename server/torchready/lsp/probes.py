"""The warm processes in which models run: one for each interpreter and root, started when first needed.

Nobody asks for one before running is allowed: the interpreter itself is named by a configuration that may have come
with a cloned repository.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.config.model import ALL_CHECKS
from torchready.lsp.models import Model
from torchready.lsp.session import Session

if TYPE_CHECKING:
    from torchready.probe.client import Probe

# How long the end of the server waits for the ends of its probes; they also end by themselves with their input.
SECONDS_TO_CLOSE = 2.0

NO_INTERPRETER = (
    "no Python interpreter was found; name one in the setting torchready.interpreter, "
    "or with `python` in the configuration"
)

Command = tuple[str, ...]
ProbeKey = tuple[Command, Path]


class Probes:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._probes: dict[ProbeKey, asyncio.Task[Probe]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def warm(self, model: Model) -> Probe:
        """The probe of a model, started. Raises `ProbeError`."""
        key = (self.command_of(model), model.root)
        task = self._probes.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._probes[key] = asyncio.ensure_future(_started(*key))
        # Who waits may give up; the probe starts all the same, for the next one.
        return await asyncio.shield(task)

    def start_ahead(self, model: Model) -> None:
        """Start the probe of a model that is likely to run soon."""
        asyncio.ensure_future(self.warm(model)).add_done_callback(_forget_failure)

    def command_of(self, model: Model) -> Command:
        """The interpreter with its options: the editor's setting, else the configuration's, else the environment
        chosen in the editor, else what is found. Raises `ProbeError`.
        """
        settings = self._session.settings_of(model.root / "pyproject.toml")
        # Imported here because a session that verifies nothing must not pay for it.
        from torchready.probe.errors import ProbeError
        from torchready.probe.interpreters import choose_interpreter

        config = model.project.config
        if settings.interpreter:
            config = replace(config, python=None)
        given = settings.interpreter or settings.environment
        choice = choose_interpreter(config, given[0] if given else None)
        if choice is None:
            raise ProbeError(NO_INTERPRETER)
        options = given[1:] if given and config.interpreter is None else ()
        return (choice.python, *options)

    def retain(self, models: Iterable[Model]) -> None:
        """End the probes that none of these models would run in: another interpreter was chosen."""
        if not self._probes:
            return
        wanted = {(self.command_of(model), model.root) for model in models}
        for key in self._probes.keys() - wanted:
            ending = asyncio.ensure_future(_close(self._probes.pop(key)))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)

    def describe(self) -> list[str]:
        return [
            f"{' '.join(command)} for {root}: {_state(task)}"
            for (command, root), task in self._probes.items()
        ]

    async def close(self) -> None:
        """End all of them, as far as that goes in a moment."""
        tasks, self._probes = list(self._probes.values()), {}
        ending = [*self._ending, *(asyncio.ensure_future(_close(task)) for task in tasks)]
        if ending:
            await asyncio.wait(ending, timeout=SECONDS_TO_CLOSE)


async def _started(command: Command, root: Path) -> Probe:
    # Imported here because a session that verifies nothing must not pay for it.
    from torchready.probe.client import Probe

    python, *options = command
    probe = Probe(python, root, options=options, warm=ALL_CHECKS)
    try:
        await probe.start()
    except BaseException:
        await probe.close()
        raise
    return probe


async def _close(task: asyncio.Task[Probe]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait([task])
    elif not task.cancelled() and task.exception() is None:
        await task.result().close()


def _state(task: asyncio.Task[Probe]) -> str:
    if not task.done():
        return "starting"
    if task.cancelled():
        return "stopped"
    error = task.exception()
    return "ready" if error is None else f"failed: {error}"


def _forget_failure(task: asyncio.Task[Probe]) -> None:
    """Whoever verifies hears of it; a probe that was started ahead is nobody's business."""
    if not task.cancelled():
        task.exception()
