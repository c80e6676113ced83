"""A program in a terminal: keys go in, and what a person would see comes out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pexpect
import pyte

ROWS, COLUMNS = 40, 160
# Generous: what is waited for comes in a second or two, unless the machine is busy with other things.
LIMIT_SECONDS = 90
PAUSE_SECONDS = 0.05


class Terminal:
    """Ends the program, and with it what it started, when the block that uses it is left."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        program, *arguments = command
        self._process: pexpect.spawn[str] = pexpect.spawn(
            program,
            arguments,
            cwd=str(folder),
            env={**environment, "TERM": "xterm-256color"},
            dimensions=(ROWS, COLUMNS),
            encoding="utf-8",
            codec_errors="replace",
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.close(force=True)

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, keys: str) -> None:
        self._process.send(keys)

    def see(self, *parts: str) -> None:
        """Wait until all of these are on the screen."""
        self.until(lambda: all(part in self.text for part in parts), f"{' and '.join(parts)} on the screen")

    def until(self, condition: Callable[[], bool], wanted: str) -> None:
        """Wait for a condition while the program goes on drawing."""
        end = time.monotonic() + LIMIT_SECONDS
        while not condition():
            alive = self._draw()
            assert alive or condition(), f"the program ended before there was {wanted}:\n{self.text}"
            assert time.monotonic() < end, f"no {wanted}:\n{self.text}"

    def ended(self) -> None:
        """Wait until the program has ended by itself."""
        end = time.monotonic() + LIMIT_SECONDS
        while self._draw():
            assert time.monotonic() < end, f"the program did not end:\n{self.text}"
        self._process.wait()

    def _draw(self) -> bool:
        """Put on the screen what came; whether more may come."""
        try:
            self._stream.feed(self._process.read_nonblocking(65536, PAUSE_SECONDS))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True
