"""Everything behind the editor that runs models, as the language server knows it.

Its parts are imported when first needed: most sessions have no model to verify, and starting must be quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from torchready.lsp.editor import Editor
from torchready.lsp.protocol import Protocol
from torchready.lsp.session import Session
from torchready.lsp.uris import file_path

if TYPE_CHECKING:
    from torchready.lsp.verification_parts import VerificationParts


class VerificationService:
    """Passes on to the parts that verify what concerns them."""

    def __init__(self, session: Session, protocol: Protocol, editor: Editor) -> None:
        self._session = session
        self._protocol = protocol
        self._editor = editor
        self._parts: VerificationParts | None = None
        # What the editor says of the workspace; None when it does not say.
        self._trusted: bool | None = None

    @property
    def parts(self) -> VerificationParts:
        if self._parts is None:
            from torchready.lsp.verification_parts import VerificationParts

            self._parts = VerificationParts(self._session, self._protocol, self._editor)
            self._parts.trust.workspace = self._trusted
        return self._parts

    async def execute(self, command: str, argument: object) -> Any:
        return await self.parts.execute(command, argument)

    def cancel_progress(self, params: types.WorkDoneProgressCancelParams) -> None:
        if self._parts is not None:
            self._parts.progresses.cancel(params)

    def workspace_is_trusted(self, trusted: object) -> None:
        """At the start. Anything but a truth value says nothing."""
        self._trusted = trusted if isinstance(trusted, bool) else self._trusted

    async def trust_changed(self, trusted: object) -> None:
        self.workspace_is_trusted(trusted)
        if self._parts is not None:
            self._parts.trust.workspace = self._trusted
        if self._trusted is False:
            await self.close()
            return
        self._open_again()

    def _open_again(self) -> None:
        for tracked in self._session.open_documents():
            self.opened(tracked.source.uri)

    def opened(self, uri: str) -> None:
        if file_path(uri) is not None and self._session.has_models():
            self.parts.on_save.opened(self._session.place_of(uri))

    def saved(self, uri: str) -> None:
        if file_path(uri) is not None and self._session.has_models():
            self.parts.on_save.saved(self._session.place_of(uri))

    def reloaded(self) -> None:
        """Configurations or settings were read anew: models may have come or gone."""
        if self._parts is not None:
            self._parts.reloaded()
        self._open_again()
        self._editor.refresh_code_lenses()
        self._editor.refresh_inlay_hints()

    def describe(self) -> list[str]:
        return [] if self._parts is None else self._parts.probes.describe()

    async def close(self) -> None:
        """The session ends: no process of ours may outlive it."""
        if self._parts is not None:
            await self._parts.close()
