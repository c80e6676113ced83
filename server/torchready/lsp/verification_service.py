"""Everything behind the editor that runs models, put together."""

from __future__ import annotations

from typing import Any

from torchready.lsp.detail import SHOW_DETAIL_COMMAND, show_detail
from torchready.lsp.editor import Editor
from torchready.lsp.input_configuration import CONFIGURE_COMMAND, OPEN_ENTRY_COMMAND, InputConfiguration
from torchready.lsp.missing_models import MissingModels
from torchready.lsp.models import configured_models
from torchready.lsp.on_save import OnSave
from torchready.lsp.probes import Probes
from torchready.lsp.progress import Progresses
from torchready.lsp.protocol import Protocol
from torchready.lsp.session import Session
from torchready.lsp.trust import Trust
from torchready.lsp.uris import file_path
from torchready.lsp.verify_commands import (
    CANCEL_COMMAND,
    FORGET_TRUST_COMMAND,
    VERIFY_COMMAND,
    VerifyCommands,
)
from torchready.lsp.verifying import Verifier

VERIFICATION_COMMANDS = (
    VERIFY_COMMAND,
    CANCEL_COMMAND,
    FORGET_TRUST_COMMAND,
    SHOW_DETAIL_COMMAND,
    CONFIGURE_COMMAND,
    OPEN_ENTRY_COMMAND,
)


class VerificationService:
    """What the language server passes on to the parts that verify."""

    def __init__(self, session: Session, protocol: Protocol, editor: Editor) -> None:
        self._session = session
        self._editor = editor
        self.trust = Trust(editor)
        self.progresses = Progresses(editor, protocol)
        self._probes = Probes(session)
        self._verifier = Verifier(session, editor, self._probes, self.progresses)
        self._on_save = OnSave(session, editor, self.trust, self._probes, self._verifier)
        self._inputs = InputConfiguration(session, editor)
        missing = MissingModels(session, editor, self._inputs)
        self._commands = VerifyCommands(session, self.trust, self._verifier, missing)

    async def execute(self, command: str, argument: object) -> Any:
        if command == VERIFY_COMMAND:
            return await self._commands.verify(argument)
        if command == CANCEL_COMMAND:
            return self._commands.cancel()
        if command == FORGET_TRUST_COMMAND:
            return self._commands.forget_trust()
        if command == CONFIGURE_COMMAND:
            return await self._inputs.configure(argument)
        if command == OPEN_ENTRY_COMMAND:
            return await self._inputs.open_entry(argument)
        return await show_detail(self._session, self._editor, argument)

    def opened(self, uri: str) -> None:
        if file_path(uri) is not None:
            self._on_save.opened(self._session.place_of(uri))

    def saved(self, uri: str) -> None:
        if file_path(uri) is not None:
            self._on_save.saved(self._session.place_of(uri))

    def reloaded(self) -> None:
        """Configurations or settings were read anew: models may be gone, and lenses elsewhere."""
        self._verifier.forget(configured_models(self._session))
        self._editor.refresh_code_lenses()
        self._editor.refresh_inlay_hints()

    def describe(self) -> list[str]:
        return self._probes.describe()

    async def close(self) -> None:
        """The session ends: no process of ours may outlive it."""
        await self._verifier.close()
        await self._probes.close()
