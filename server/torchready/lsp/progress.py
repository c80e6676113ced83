"""Work-done progress of one run: a bar with the current check and a button that cancels.

The server makes the token, a string, for most editors send none of their own; it does not wait for the editor to
accept it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from lsprotocol import types

from torchready.lsp.editor import Editor
from torchready.lsp.protocol import Protocol

Token = int | str


class Progresses:
    """The progress bars that are open."""

    def __init__(self, editor: Editor, protocol: Protocol) -> None:
        self._editor = editor
        self._protocol = protocol
        self._numbers = count(1)
        self._cancels: dict[Token, Callable[[], object]] = {}

    def begin(self, title: str, cancel: Callable[[], object]) -> Progress:
        if not self._editor.client.work_done_progress:
            return Progress(None, self._tell)
        token = f"torchready-{next(self._numbers)}"
        self._cancels[token] = cancel
        self._editor.send(types.WINDOW_WORK_DONE_PROGRESS_CREATE, types.WorkDoneProgressCreateParams(token))
        self._tell(token, types.WorkDoneProgressBegin(title, cancellable=True))
        return Progress(token, self._tell)

    def cancel(self, params: types.WorkDoneProgressCancelParams) -> None:
        """`window/workDoneProgress/cancel`."""
        cancel = self._cancels.pop(params.token, None)
        if cancel is not None:
            cancel()

    def _tell(
        self,
        token: Token,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        if isinstance(value, types.WorkDoneProgressEnd):
            self._cancels.pop(token, None)
        self._protocol.notify(types.PROGRESS, types.ProgressParams(token, value))


class Progress:
    """One bar; without a token, nobody looks at it."""

    def __init__(
        self,
        token: Token | None,
        tell: Callable[
            [Token, types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd],
            None,
        ],
    ) -> None:
        self._token = token
        self._tell = tell

    def report(self, message: str) -> None:
        if self._token is not None:
            self._tell(self._token, types.WorkDoneProgressReport(message=message))

    def end(self, message: str) -> None:
        if self._token is not None:
            self._tell(self._token, types.WorkDoneProgressEnd(message=message))
            self._token = None
