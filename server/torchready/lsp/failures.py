"""What happens when something goes wrong: the log gets everything, the user one sentence, once."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from lsprotocol import types

LEVELS = (
    (logging.ERROR, types.MessageType.Error),
    (logging.WARNING, types.MessageType.Warning),
    (logging.INFO, types.MessageType.Info),
)


class Failures:
    """Reports unexpected exceptions. The server goes on serving after each of them."""

    def __init__(
        self, log: Callable[[types.MessageType, str], None], show: Callable[[types.MessageType, str], None]
    ) -> None:
        self._log = log
        self._show = show
        self._shown = False

    def report(self, doing: str, error: BaseException) -> None:
        """`doing` says what was under way: "analysing net.py"."""
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        self._log(types.MessageType.Error, f"torchready failed while {doing}; it goes on.\n{trace}")
        if self._shown:
            return
        self._shown = True
        self._show(
            types.MessageType.Error,
            f"torchready failed while {doing}: {type(error).__name__}. It goes on, but results may be "
            "missing. The details are in torchready's output; please report them.",
        )


class ClientLog(logging.Handler):
    """Sends log records to the client, which shows them in torchready's output."""

    def __init__(self, log: Callable[[types.MessageType, str], None]) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = next((kind for level, kind in LEVELS if record.levelno >= level), types.MessageType.Log)
        self._log(kind, self.format(record))
