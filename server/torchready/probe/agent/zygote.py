"""One process with torch imported, that forks for every run, watches the forks and passes on what they say.

It has one thread and never runs the user's code, so a fork finds everything as it was after the import.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import time
from contextlib import suppress
from typing import Any, Callable

from . import capture, child, limits, warming
from .channel import CHUNK, LONGEST_LINE, Lines, emitter, encoded, write_all

# How long a run that is about to be killed has for beginning to say where it is, and for ending.
SECONDS_FOR_LAST_WORDS = {"timeout": 2.0, "processes": 1.0}
SECONDS_TO_FINISH_THEM = 0.05
# How often the processes are counted that a run started. A fork bomb has made a hundred of them by then.
SECONDS_BETWEEN_COUNTS = 0.1


class Run:
    """A fork, and the pipes that it writes into."""

    def __init__(self, number: int, process: int, events: int, output: int, stacks: int) -> None:
        self.number = number
        self.process = process
        self.pipes = {"events": events, "output": output, "stacks": stacks}
        self.lines = Lines()
        self.output = capture.Output()
        self.stacks = capture.Output()
        self.reason: str | None = None
        self.kill_at: float | None = None


class Zygote:
    def __init__(self, commands: int, channel: int, threads: int) -> None:
        self._commands = commands
        self._channel = channel
        self._threads = threads
        self._lines = Lines()
        self._runs: dict[int, Run] = {}
        self._selector = selectors.DefaultSelector()
        self._ended, self._end = os.pipe()
        self._open = True
        self._count_at = 0.0
        self._steps: list[Callable[[], None]] = []

    def serve(self) -> None:
        """Serve until standard input is closed, which is how the other side ends, however it ends."""
        limits.adopt_orphans()
        self._listen_for_signals()
        os.set_blocking(self._commands, False)
        self._watch(self._commands, self._read_commands)
        self._watch(self._ended, self._collect)
        _keep_what_is_here()
        try:
            while self._open:
                ready = self._selector.select(self._patience())
                for key, _ in ready:
                    key.data()
                self._count_processes()
                self._kill_those_due()
                if self._steps and not ready and not self._runs:
                    self._warm_up()
        except BrokenPipeError:
            pass
        finally:
            for run in self._runs.values():
                limits.kill_group(run.process)
            limits.kill_orphans(set())

    def _listen_for_signals(self) -> None:
        os.set_blocking(self._end, False)
        os.set_blocking(self._ended, False)
        signal.set_wakeup_fd(self._end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)
        # Ctrl+C is for whoever started us, who then closes our input.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _watch(self, descriptor: int, read: Callable[[], object]) -> None:
        self._selector.register(descriptor, selectors.EVENT_READ, read)

    def _warm_up(self) -> None:
        """One step, when there is nothing else to do."""
        warming.take(self._steps.pop(0))
        _keep_what_is_here()
        if not self._steps:
            self._tell(0, {"event": "warm"})

    def _patience(self) -> float | None:
        if not self._runs:
            return 0 if self._steps else None
        due = [run.kill_at for run in self._runs.values() if run.kill_at is not None]
        return max(min([*due, self._count_at]) - time.monotonic(), 0)

    # Commands

    def _read_commands(self) -> None:
        try:
            chunk = os.read(self._commands, CHUNK)
        except BlockingIOError:
            return
        self._open = bool(chunk)
        for line in self._lines.feed(chunk):
            command = json.loads(line)
            if command["command"] == "run":
                self._start(command["run"], command["request"])
            elif command["command"] == "warm":
                self._steps.extend(warming.steps_for(command["checks"]))
            elif command["command"] == "kill":
                self._stop(command["run"], command["reason"])

    def _start(self, number: int, request: dict[str, Any]) -> None:
        events, output, stacks = os.pipe(), os.pipe(), os.pipe()
        parent = os.getpid()
        try:
            process = os.fork()
        except OSError as error:
            for descriptor in (*events, *output, *stacks):
                os.close(descriptor)
            self._tell(number, {"event": "exited", "reason": "fork", "status": 1, "message": str(error)})
            return
        if process == 0:
            self._become_run(request, parent, events[1], output[1], stacks[1])
        for descriptor in (events[1], output[1], stacks[1]):
            os.close(descriptor)
        with suppress(OSError):
            os.setpgid(process, process)
        run = Run(number, process, events[0], output[0], stacks[0])
        self._runs[number] = run
        for name, descriptor in run.pipes.items():
            os.set_blocking(descriptor, False)
            self._watch(descriptor, lambda name=name: self._read(run, name))

    def _become_run(
        self, request: dict[str, Any], parent: int, events: int, output: int, stacks: int
    ) -> None:
        """In the fork. Never returns."""
        try:
            os.setpgid(0, 0)
            limits.die_with(parent)
            limits.be_first_to_go()
            # What it starts is counted, and killed, as what descends from it.
            limits.adopt_orphans()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for descriptor in self._own_descriptors():
                os.close(descriptor)
            self._selector.close()
            capture.print_to(output)
            os.close(output)
            child.run_and_exit(request, emitter(events), self._threads, stacks)
        finally:
            os._exit(1)

    def _own_descriptors(self) -> list[int]:
        pipes = [descriptor for run in self._runs.values() for descriptor in run.pipes.values()]
        return [self._commands, self._channel, self._ended, self._end, *pipes]

    def _stop(self, number: int, reason: str) -> None:
        run = self._runs.get(number)
        if run is None or run.reason is not None:
            return
        run.reason = reason
        run.kill_at = time.monotonic()
        if reason in SECONDS_FOR_LAST_WORDS:
            run.kill_at += SECONDS_FOR_LAST_WORDS[reason]
            with suppress(OSError):
                os.kill(run.process, signal.SIGUSR2)

    def _count_processes(self) -> None:
        """Stop the runs that started more than any honest one."""
        if not self._runs or time.monotonic() < self._count_at:
            return
        for run in self._runs.values():
            if run.reason is None and limits.has_too_many_descendants(run.process):
                self._stop(run.number, "processes")
            if run.reason == "processes":
                limits.kill_descendants(run.process)
        limits.kill_orphans(self._own())
        self._count_at = time.monotonic() + SECONDS_BETWEEN_COUNTS

    def _own(self) -> set[int]:
        return {run.process for run in self._runs.values()}

    def _kill_those_due(self) -> None:
        now = time.monotonic()
        for run in self._runs.values():
            if run.kill_at is not None and run.kill_at <= now:
                run.kill_at = None
                limits.kill_group(run.process)

    # What runs say

    def _read(self, run: Run, name: str) -> bool:
        """Read once; False when there is nothing more, now or ever."""
        descriptor = run.pipes.get(name)
        if descriptor is None:
            return False
        try:
            chunk = os.read(descriptor, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._selector.unregister(descriptor)
            os.close(run.pipes.pop(name))
            return False
        if name == "events":
            for line in run.lines.feed(chunk):
                write_all(self._channel, b"%d " % run.number + line)
            if run.lines.waiting > LONGEST_LINE:
                self._stop(run.number, "output")
        else:
            (run.output if name == "output" else run.stacks).feed(chunk)
            if name == "stacks" and run.kill_at is not None:
                run.kill_at = min(run.kill_at, time.monotonic() + SECONDS_TO_FINISH_THEM)
        return True

    def _collect(self) -> None:
        """Some child ended."""
        with suppress(BlockingIOError):
            os.read(self._ended, CHUNK)
        for run in list(self._runs.values()):
            process, status = os.waitpid(run.process, os.WNOHANG)
            if process:
                self._finish(run, status)

    def _finish(self, run: Run, status: int) -> None:
        # Others of the group would otherwise go on, and hold the pipes open. Those that left it are ours by now.
        limits.kill_group(run.process)
        del self._runs[run.number]
        limits.kill_orphans(self._own())
        for name in list(run.pipes):
            self._drain(run, name)
        self._tell(
            run.number,
            {
                "event": "exited",
                "reason": run.reason,
                "status": -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status),
                "output": run.output.text(),
                "stacks": run.stacks.text(),
            },
        )

    def _drain(self, run: Run, name: str) -> None:
        # Somebody who got away may still write: what fits into a pipe was written before the end.
        for _ in range(64):
            if not self._read(run, name):
                break
        if name in run.pipes:
            descriptor = run.pipes.pop(name)
            self._selector.unregister(descriptor)
            os.close(descriptor)

    def _tell(self, number: int, event: dict[str, Any]) -> None:
        write_all(self._channel, b"%d " % number + encoded(event))


def _keep_what_is_here() -> None:
    """Looking at it again, in the garbage collection of every fork, would only copy it."""
    gc.collect()
    gc.freeze()


def _wake(number: int, frame: Any) -> None:
    """Python only writes to the wake-up descriptor for signals that have a handler."""
