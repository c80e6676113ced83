"""The parts that verify, put together."""

from __future__ import annotations

from typing import Any

from torchready.lsp.command_names import (
    CANCEL_COMMAND,
    CONFIGURE_COMMAND,
    FORGET_TRUST_COMMAND,
    OPEN_ENTRY_COMMAND,
    VERIFY_COMMAND,
)
from torchready.lsp.detail import show_detail
from torchready.lsp.editor import Editor
from torchready.lsp.input_configuration import InputConfiguration
from torchready.lsp.missing_models import MissingModels
from torchready.lsp.models import configured_models
from torchready.lsp.on_save import OnSave
from torchready.lsp.probes import Probes
from torchready.lsp.progress import Progresses
from torchready.lsp.protocol import Protocol
from torchready.lsp.session import Session
from torchready.lsp.trust import Trust
from torchready.lsp.verify_commands import VerifyCommands
from torchready.lsp.verifying import Verifier


class VerificationParts:
    def __init__(self, session: Session, protocol: Protocol, editor: Editor) -> None:
        self._session = session
        self._editor = editor
        self.trust = Trust(editor)
        self.progresses = Progresses(editor, protocol)
        self.probes = Probes(session)
        self._verifier = Verifier(session, editor, self.probes, self.progresses)
        self.on_save = OnSave(session, editor, self.trust, self.probes, self._verifier)
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

    def reloaded(self) -> None:
        models = configured_models(self._session)
        self._verifier.forget(models)
        self.probes.retain(models)
        self.on_save.reloaded(models)

    async def close(self) -> None:
        self.on_save.close()
        await self._verifier.close()
        await self.probes.close()
