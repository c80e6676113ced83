"""The probe as the rest of the house sees it: one warm process for one interpreter and one root."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from torchready.config.model import ALL_CHECKS
from torchready.probe.agent_process import AgentProcess, default_mode
from torchready.probe.errors import ProbeError, ReplacedError
from torchready.probe.protocol import Event
from torchready.probe.verification import Interpreter, Listener, Request, Verification
from torchready.probe.watch import Watch

__all__ = ["Probe", "ProbeError", "ReplacedError"]

SECONDS_TO_DIE = 5.0


class Probe:
    """Verifies models in one interpreter. All methods belong to one event loop.

    Runs of different models go on at the same time; of one model there is one run, and one request that waits.
    """

    def __init__(
        self,
        python: str,
        root: Path,
        *,
        options: Iterable[str] = (),
        mode: str | None = None,
        warm: Iterable[str] = (),
    ) -> None:
        """`options` are the interpreter's own.

        `mode` is `fork` (runs are forks of one warm process) or `single` (a fresh process per run).

        What the checks in `warm` need is loaded when nothing runs, so that a later run need not.
        """
        self.python = python
        self.root = root
        self._command = (python, *options)
        self._warm = tuple(warm)
        self._mode = mode or default_mode()
        self._agent: AgentProcess | None = None
        self._starting = asyncio.Lock()
        self._numbers = count(1)
        self._turns: dict[str, _Turn] = {}

    async def start(self) -> Interpreter:
        """Import torch in the agent. Raises `ProbeError` when there is no interpreter or no torch."""
        return (await self._running_agent()).interpreter

    async def warm_up(self, checks: Iterable[str] = ALL_CHECKS) -> None:
        """Load what these checks need, and return when that is done. It gives way to runs."""
        agent = await self._running_agent()
        agent.warm_up(checks)
        await agent.until_warm()

    async def verify(self, request: Request, listen: Listener) -> Verification:
        """Run the checks; `listen` hears of each as it begins and ends.

        What the user's code does wrong is in the answer and raises nothing. Cancelling kills the run and all
        processes that it started. Raises `ReplacedError` when a newer request for the model came while this one waited.
        """
        # One target may be configured twice, with other arguments or inputs.
        turn = self._turns.setdefault(repr(request.model), _Turn())
        await turn.take()
        try:
            return await self._verify(request, listen)
        finally:
            turn.give_back()

    async def close(self) -> None:
        """End the agent and all runs."""
        agent, self._agent = self._agent, None
        if agent is not None:
            await agent.close()

    async def _verify(self, request: Request, listen: Listener) -> Verification:
        watch = Watch(request, listen, request.model.timeout)
        deaths = 0
        while watch.left:
            await self._run(watch)
            # The agent may have died before, and nobody had noticed: another one is started, once.
            deaths += watch.unheard
            if deaths > 1:
                raise ProbeError(f"{self.python} dies as soon as it is asked to run a model")
        return watch.verification()

    async def _run(self, watch: Watch) -> None:
        agent = await self._agent_for_one_run()
        number = next(self._numbers)
        events = agent.begin(number, watch.next_request())
        try:
            await self._follow(agent, number, watch, events)
        except asyncio.CancelledError:
            agent.kill(number, "cancelled")
            await _until_exited(events)
            raise
        finally:
            agent.forget(number)
            if not agent.forks:
                await agent.close()

    async def _follow(
        self, agent: AgentProcess, number: int, watch: Watch, events: asyncio.Queue[Event]
    ) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + watch.seconds_left
        killed = False
        while not watch.over:
            # What was said in time counts, though we may be late in hearing it.
            if not events.empty():
                watch.hear(events.get_nowait())
                continue
            watch.seconds_left = max(deadline - loop.time(), 0)
            try:
                event = await asyncio.wait_for(events.get(), None if killed else watch.seconds_left)
            except asyncio.TimeoutError:
                killed = True
                agent.kill(number, "timeout")
            else:
                watch.hear(event)

    async def _running_agent(self) -> AgentProcess:
        async with self._starting:
            if self._agent is not None and not self._agent.alive:
                await self._agent.close()
                self._agent = None
            if self._agent is None:
                self._agent = await AgentProcess.start(self._command, self.root, self._mode)
                if self._warm:
                    self._agent.warm_up(self._warm)
            return self._agent

    async def _agent_for_one_run(self) -> AgentProcess:
        """The agent; where runs are no forks, one that nobody else will get."""
        while True:
            agent = await self._running_agent()
            if agent.forks:
                return agent
            if agent is self._agent:
                self._agent = None
                return agent


@dataclass(slots=True)
class _Turn:
    """Whose turn it is to run a model: one runs, one waits, a newer one takes the place of the one that waits."""

    running: bool = False
    waiting: asyncio.Future[None] | None = None

    async def take(self) -> None:
        if not self.running:
            self.running = True
            return
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(ReplacedError("a newer request for the same model came"))
        own = self.waiting = asyncio.get_running_loop().create_future()
        try:
            await own
        except asyncio.CancelledError:
            if own.done() and not own.cancelled() and own.exception() is None:
                # The turn came in the same moment: pass it on.
                self.give_back()
            elif self.waiting is own:
                self.waiting = None
            raise

    def give_back(self) -> None:
        waiting, self.waiting = self.waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)
        else:
            self.running = False


async def _until_exited(events: asyncio.Queue[Event]) -> None:
    """Wait until the run is dead; not for ever, should its agent hang."""

    async def wait() -> None:
        while (await events.get()).get("event") != "exited":
            continue

    try:
        await asyncio.wait_for(wait(), SECONDS_TO_DIE)
    except asyncio.TimeoutError:
        return
