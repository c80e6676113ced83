"""What the server asks of the editor: questions, places to show, views to draw anew.

Nothing in the server may hang on an editor's answer: an editor that refuses or does not know a request counts as
one that said nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from lsprotocol import types

from torchready.lsp.client import Client
from torchready.lsp.command_names import STATUS_NOTIFICATION
from torchready.lsp.protocol import Json, Protocol

logger = logging.getLogger(__name__)

# Lenses that say how long ago something was are drawn anew when that has grown by half: often at first, then seldom.
FIRST_AGE_SECONDS = 2.0
GROWTH = 1.5
OLDEST_AGE_SECONDS = 100_000.0


class Editor:
    """The editor at the other end, as somebody to talk to."""

    def __init__(self, protocol: Protocol) -> None:
        self.client = Client()
        self._protocol = protocol
        # The loop keeps only weak references to what runs on it.
        self._asked: set[asyncio.Task[Any]] = set()
        self._aging: asyncio.TimerHandle | None = None

    async def ask(self, method: str, params: object = None) -> Any:
        """The answer; None when the editor refused."""
        try:
            return await self._protocol.send_request_async(method, params)
        except Exception as error:
            logger.warning("The client refused %s: %s", method, error)
            return None

    def send(self, method: str, params: object = None) -> None:
        """A request whose answer changes nothing here."""
        task = asyncio.ensure_future(self.ask(method, params))
        self._asked.add(task)
        task.add_done_callback(self._asked.discard)

    def say(self, kind: types.MessageType, message: str) -> None:
        self._protocol.notify(types.WINDOW_SHOW_MESSAGE, types.ShowMessageParams(kind, message))

    def log(self, kind: types.MessageType, message: str) -> None:
        self._protocol.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(kind, message))

    async def choose(self, kind: types.MessageType, message: str, *buttons: str) -> str | None:
        """The button that was pressed; None when the message was only closed."""
        actions = [types.MessageActionItem(title) for title in buttons]
        params = types.ShowMessageRequestParams(kind, message, actions)
        chosen = await self.ask(types.WINDOW_SHOW_MESSAGE_REQUEST, params)
        return None if chosen is None else str(chosen.title)

    async def show(self, uri: str, span: types.Range | None = None) -> bool:
        """Open a document at a place; whether the editor did."""
        if not self.client.shows_documents:
            return False
        params = types.ShowDocumentParams(uri, take_focus=True, selection=span)
        result = await self.ask(types.WINDOW_SHOW_DOCUMENT, params)
        return bool(result and result.success)

    def status(self, state: str, message: str, model: str | None = None, check: str | None = None) -> None:
        """`torchready/status`: what the editor's status item shows. `state` is ready, verifying or failed."""
        told = {"state": state, "message": message, "model": model, "check": check}
        given = {name: value for name, value in told.items() if value is not None}
        self._protocol.notify_json(STATUS_NOTIFICATION, Json(json.dumps(given)))

    def refresh_code_lenses(self) -> None:
        if self.client.refreshes_code_lenses:
            self.send(types.WORKSPACE_CODE_LENS_REFRESH)

    def keep_ages_true(self) -> None:
        """Something ended now: what lenses say of it is true for a while only."""
        if self._aging is not None:
            self._aging.cancel()
        self._draw_at_age(FIRST_AGE_SECONDS, FIRST_AGE_SECONDS)

    def _draw_at_age(self, age: float, pause: float) -> None:
        def drawn() -> None:
            self.refresh_code_lenses()
            older = age * GROWTH
            if older < OLDEST_AGE_SECONDS:
                self._draw_at_age(older, older - age)

        self._aging = asyncio.get_running_loop().call_later(pause, drawn)

    def refresh_inlay_hints(self) -> None:
        if self.client.refreshes_inlay_hints:
            self.send(types.WORKSPACE_INLAY_HINT_REFRESH)

    def refresh_diagnostics(self) -> None:
        if self.client.pulls_diagnostics and self.client.refreshes_diagnostics:
            self.send(types.WORKSPACE_DIAGNOSTIC_REFRESH)
