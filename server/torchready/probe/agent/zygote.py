"""One process with torch imported, that forks for every run, watches the forks and passes on what they say.

It has one thread and never runs the user's code, so a fork finds everything as it was after the import. Once it was
told what to be warm for, it keeps one fork ahead, which goes through the checks with a small model of ours while it
waits: the first time costs a fork more than the second, for all memory that it writes to has to be copied.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Callable

from . import limits, warming
from .channel import CHUNK, LONGEST_LINE, OVER, Lines, encoded, write_all
from .forks import Run, keep_what_is_here, start

# How long a run that is about to be killed has for beginning to say where it is, and for ending.
SECONDS_FOR_LAST_WORDS = 2.0
ASKED_WHERE_THEY_ARE = ("timeout", "processes")
SECONDS_TO_FINISH_THEM = 0.05
# How often the processes are counted that a run started. A fork bomb has made a hundred of them by then.
SECONDS_BETWEEN_COUNTS = 0.1


class Zygote:
    def __init__(self, commands: int, channel: int, threads: int) -> None:
        self._commands = commands
        self._channel = channel
        self._threads = threads
        self._lines = Lines()
        self._runs: dict[int, Run] = {}
        # Said to be over, and killed; the system still takes them down.
        self._leaving: list[Run] = []
        # Forked ahead, and waits for what is to be run next.
        self._spare: Run | None = None
        self._wants_spare = False
        self._checks: set[str] = set()
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
        keep_what_is_here()
        try:
            while self._open:
                ready = self._selector.select(self._patience())
                for key, _ in ready:
                    key.data()
                self._count_processes()
                self._kill_those_due()
                if not ready and not self._runs:
                    self._prepare()
        except BrokenPipeError:
            pass
        finally:
            for process in self._own():
                limits.kill_group(process)
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

    def _prepare(self) -> None:
        """Do one thing for later runs, when there is nothing else to do."""
        if self._steps:
            warming.take(self._steps.pop(0))
            keep_what_is_here()
            self._wants_spare = True
            if not self._steps:
                self._tell(0, {"event": "warm"})
        elif self._wants_spare:
            self._wants_spare = False
            with suppress(OSError):
                self._spare = self._fork(warming.rehearsal_of(self._checks))
                self._spare.was_spare = True

    def _patience(self) -> float | None:
        if not self._runs:
            return 0 if self._steps or self._wants_spare else None
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
                self._checks.update(command["checks"])
                self._steps.extend(warming.steps_for(command["checks"]))
            elif command["command"] == "kill":
                self._stop(command["run"], command["reason"])

    def _start(self, number: int, request: dict[str, Any]) -> None:
        run, self._spare = self._spare, None
        if run is not None and not run.begin(number, request):
            run.discard()
            run = None
        if run is None:
            try:
                run = self._fork(())
            except OSError as error:
                self._tell(number, {"event": "exited", "reason": "fork", "status": 1, "message": str(error)})
                return
            run.begin(number, request)
        self._runs[number] = run
        for name, descriptor in run.pipes.items():
            self._watch(descriptor, lambda name=name: self._hear(run, name))

    def _fork(self, steps: Sequence[Callable[[], None]]) -> Run:
        pipes = [descriptor for run in self._runs.values() for descriptor in run.pipes.values()]
        own = (self._commands, self._channel, self._ended, self._end, self._selector.fileno())
        return start(steps, self._threads, (*own, *pipes))

    def _stop(self, number: int, reason: str) -> None:
        run = self._runs.get(number)
        if run is None or run.reason is not None:
            return
        run.reason = reason
        run.kill_at = time.monotonic()
        if reason in ASKED_WHERE_THEY_ARE:
            run.kill_at += SECONDS_FOR_LAST_WORDS
            run.last_words_end = run.kill_at
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
        spare = [] if self._spare is None else [self._spare]
        return {run.process for run in (*self._runs.values(), *self._leaving, *spare)}

    def _kill_those_due(self) -> None:
        now = time.monotonic()
        for run in self._runs.values():
            if run.kill_at is not None and run.kill_at <= now:
                run.kill_at = None
                limits.kill_group(run.process)

    # What runs say

    def _hear(self, run: Run, name: str) -> None:
        self._read(run, name)
        if run.is_over and run.number in self._runs:
            # Taking a large process down takes the system longer than all that is left to do here.
            self._end_run(run, 0)
            self._leaving.append(run)

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
            run.has_spoken = True
            for line in run.lines.feed(chunk):
                if line == OVER:
                    run.is_over = True
                else:
                    write_all(self._channel, b"%d " % run.number + line)
            if run.lines.waiting > LONGEST_LINE:
                self._stop(run.number, "output")
        else:
            (run.output if name == "output" else run.stacks).feed(chunk)
            if name == "stacks" and run.kill_at is not None:
                # Each word that comes gives it time for the next one.
                run.kill_at = min(run.last_words_end, time.monotonic() + SECONDS_TO_FINISH_THEM)
        return True

    def _collect(self) -> None:
        """Some child ended."""
        with suppress(BlockingIOError):
            os.read(self._ended, CHUNK)
        for run in list(self._runs.values()):
            process, status = os.waitpid(run.process, os.WNOHANG)
            if process:
                self._end_run(run, status)
        self._leaving = [run for run in self._leaving if os.waitpid(run.process, os.WNOHANG)[0] == 0]
        if self._spare is not None and os.waitpid(self._spare.process, os.WNOHANG)[0]:
            self._spare.discard()
            self._spare = None
        limits.kill_orphans(self._own())

    def _end_run(self, run: Run, status: int) -> None:
        # Others of the group would otherwise go on, and hold the pipes open. Those that left it are ours by now.
        limits.kill_group(run.process)
        del self._runs[run.number]
        self._wants_spare = bool(self._checks) and self._spare is None
        limits.kill_orphans({*self._own(), run.process})
        for name in list(run.pipes):
            self._drain(run, name)
        if run.was_spare and not run.has_spoken and run.reason is None:
            # It was killed while it waited, as the first to go when memory is short, before it read its request.
            self._start(run.number, run.request)
            return
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


def _wake(number: int, frame: Any) -> None:
    """Python only writes to the wake-up descriptor for signals that have a handler."""
