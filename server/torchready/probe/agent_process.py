"""One process of the agent: starting it, sending it commands, hearing what its runs say."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from torchready.probe import process_count, protocol
from torchready.probe.errors import ProbeError
from torchready.probe.protocol import Event
from torchready.probe.verification import Interpreter, Request

ELSEWHERE = "Another interpreter is named with --python, or with `python` in the configuration"
AGENT = Path(__file__).with_name("agent")
# The longest line that a run can say; the agent stops runs that say more.
LINE_LIMIT = 1 << 29
# Importing torch from a cold disk takes its time.
SECONDS_TO_START = 180.0
SECONDS_TO_END = 2.0
# How long a run that is about to be killed has for saying where it is; its turn comes late among those of a bomb.
SECONDS_FOR_LAST_WORDS = 2.0
SECONDS_BETWEEN_WORDS = 0.05
KEPT_OUTPUT = 64_000
SECONDS_BETWEEN_LOOKS = 0.2
# Variables that would change what the agent itself imports, or how.
UNWANTED_VARIABLES = (
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "__PYVENV_LAUNCHER__",
)


class AgentProcess:
    """Started by `start`; then `interpreter` says what stands behind it."""

    def __init__(self, python: str, process: Process, stacks: Path | None) -> None:
        self._python = python
        self._stacks = stacks
        self._process = process
        self._events: dict[int, asyncio.Queue[Event]] = {0: asyncio.Queue()}
        self._said = b""
        self._readers = [asyncio.create_task(self._read_events()), asyncio.create_task(self._read_output())]
        self._reason: str | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.forks = False
        self.interpreter = Interpreter(python, "", {})

    @classmethod
    async def start(cls, command: Sequence[str], root: Path, mode: str) -> AgentProcess:
        """Returns when torch is imported. Raises `ProbeError` when that cannot be."""
        stacks = None if mode == "fork" else _empty_file()
        environment = {name: value for name, value in os.environ.items() if name not in UNWANTED_VARIABLES}
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                "-u",
                str(AGENT),
                mode,
                os.devnull if stacks is None else str(stacks),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                cwd=root,
                env=environment,
                limit=LINE_LIMIT,
                # Ctrl+C in the terminal is for us; the agent ends when its input does.
                start_new_session=True,
            )
        except OSError as error:
            if stacks is not None:
                stacks.unlink()
            reason = error.strerror or str(error)
            raise ProbeError(
                f"the interpreter {' '.join(command)} cannot be started: {reason.lower()}. {ELSEWHERE}"
            ) from None
        agent = cls(" ".join(command), process, stacks)
        try:
            await agent._wait_until_ready()
        except BaseException:
            await agent.close()
            raise
        return agent

    async def _wait_until_ready(self) -> None:
        try:
            event = await asyncio.wait_for(self._events[0].get(), SECONDS_TO_START)
        except asyncio.TimeoutError:
            message = f"{self._python} did not import torch within {SECONDS_TO_START:.0f} seconds"
            raise ProbeError(message, self.output) from None
        if event["event"] == "no-torch":
            raise ProbeError(_no_torch(self._python, event), event.get("detail"))
        if event["event"] != "ready":
            last = self.output.strip().rpartition("\n")[2]
            raise ProbeError(f"{self._python} ended before torch was imported: {last}", self.output)
        self.forks = bool(event["forks"])
        self.interpreter = Interpreter(event["executable"], event["python"], event["versions"])

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._readers[0].done()

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        """What the process wrote besides events."""
        return self._said.decode("utf-8", "replace")

    def begin(self, number: int, request: Request) -> asyncio.Queue[Event]:
        """Start a run; what it says comes into the queue, `exited` last."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._events[number] = queue
        self._send(protocol.run_command(number, request))
        if not self.alive:
            self._end(number)
        elif not self.forks:
            self._tasks += [
                asyncio.create_task(self._end_without_pipes()),
                asyncio.create_task(self._count()),
            ]
        return queue

    async def _count(self) -> None:
        """Stop a run that starts processes without end. Where there are forks their parent does it."""
        if sys.platform == "win32":
            # It has no `ps`; there the time limit and the memory limit are all there is.
            return
        process = self._process
        await process_count.until_too_many(process.pid)
        self._reason = self._reason or "processes"
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGUSR2)
            await process_count.kill_descendants(process.pid)
            await self._until_it_said_where()
            # As long as it lives, what runs away from its parents is found below it.
            process.send_signal(signal.SIGSTOP)
        await process_count.kill_descendants(process.pid)
        self._kill()

    async def _end_without_pipes(self) -> None:
        """What a run left behind may hold its pipes open for ever: nobody waits for their end."""
        while self._process.returncode is None:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        self._kill()
        await asyncio.wait(self._readers, timeout=SECONDS_BETWEEN_LOOKS)
        self._end_all()

    def warm_up(self, checks: Iterable[str]) -> None:
        """Let it load what these checks need, when it has nothing else to do. Says `warm` in the end."""
        if self.forks:
            self._send(protocol.warm_command(checks))

    async def until_warm(self) -> None:
        while self.forks and (await self._events[0].get())["event"] not in ("warm", "exited"):
            continue

    def kill(self, number: int, reason: str) -> None:
        """End a run; it says `exited` with this reason."""
        if self.forks:
            self._send(protocol.kill_command(number, reason))
        elif self._reason is None:
            self._reason = reason
            self._tasks.append(asyncio.create_task(self._kill_after_last_words()))

    def forget(self, number: int) -> None:
        self._events.pop(number, None)

    async def close(self) -> None:
        """End the process and with it all runs."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), SECONDS_TO_END)
        except asyncio.TimeoutError:
            self._kill()
            await self._process.wait()
        tasks = [*self._readers, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Pipes that somebody else holds, too, are closed on our side at least.
        transport: asyncio.SubprocessTransport | None = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()
        if self._stacks is not None:
            self._stacks.unlink(missing_ok=True)

    async def _kill_after_last_words(self) -> None:
        if sys.platform != "win32" and self._reason == "timeout":
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGUSR2)
            await self._until_it_said_where()
        self._kill()

    async def _until_it_said_where(self) -> None:
        """Return when it wrote where it is and writes no more, or had its time for it."""
        said = ""
        for _ in range(round(SECONDS_FOR_LAST_WORDS / SECONDS_BETWEEN_WORDS)):
            await asyncio.sleep(SECONDS_BETWEEN_WORDS)
            before, said = said, self._where_it_was()
            if said and said == before:
                return

    def _kill(self) -> None:
        """With all that it started and that did not run away."""
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def _send(self, command: bytes) -> None:
        if self._process.stdin is not None and not self._process.stdin.is_closing():
            self._process.stdin.write(command)

    async def _read_events(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = protocol.event_of(line)
            if said and said[0] in self._events:
                self._events[said[0]].put_nowait(said[1])
        await self._process.wait()
        self._end_all()

    async def _read_output(self) -> None:
        assert self._process.stderr is not None
        while chunk := await self._process.stderr.read(1 << 16):
            self._said = (self._said + chunk)[-KEPT_OUTPUT:]

    def _end_all(self) -> None:
        for number in list(self._events):
            self._end(number)

    def _end(self, number: int) -> None:
        """The process is gone: say so for one of its runs."""
        status = self._process.returncode
        event: Event = {"event": "exited", "status": 1 if status is None else status, "output": self.output}
        # Where there are forks a run ends before its agent; here the agent went first.
        reason = "agent" if self.forks else self._reason
        self._events[number].put_nowait({**event, "stacks": self._where_it_was(), "reason": reason})

    def _where_it_was(self) -> str:
        """What a run wrote that is this process; one that floods its output must not wash it away."""
        with suppress(OSError):
            return "" if self._stacks is None else self._stacks.read_text(encoding="utf-8", errors="replace")
        return ""


def _no_torch(python: str, event: Event) -> str:
    said = " ".join(str(event["message"]).split())
    if "No module named 'torch'" in said:
        return (
            f"{python} (Python {event['python']}) has no torch. Install it there ({python} -m pip install torch). "
            + ELSEWHERE
        )
    return f"{python} cannot import torch: {said}"


def _empty_file() -> Path:
    descriptor, name = tempfile.mkstemp(prefix="torchready-", suffix=".txt")
    os.close(descriptor)
    return Path(name)


def default_mode() -> str:
    """Whether runs are forks of one process. On macOS and Windows they are not safe, or do not exist."""
    return "fork" if sys.platform == "linux" else "single"
