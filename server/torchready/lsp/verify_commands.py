"""`torchready.verify` and `torchready.cancelVerify`: runs that the user asked for."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.lsp.attempt import Asked
from torchready.lsp.missing_models import MissingModels
from torchready.lsp.models import Model
from torchready.lsp.selection import checks_of, wanted
from torchready.lsp.session import Session
from torchready.lsp.trust import Trust
from torchready.lsp.verifying import Verifier

if TYPE_CHECKING:
    from torchready.probe.verification import Verification


class VerifyCommands:
    def __init__(self, session: Session, trust: Trust, verifier: Verifier, missing: MissingModels) -> None:
        self._session = session
        self._trust = trust
        self._verifier = verifier
        self._missing = missing

    async def verify(self, argument: object) -> list[dict[str, object]]:
        """Run what is asked for, with the texts that are not saved yet; how each of the models fared."""
        chosen = await wanted(self._session, argument)
        if not chosen.models:
            self._missing.tell(chosen)
            return []
        folders = dict.fromkeys(self._folder(model) for model in chosen.models)
        trusted = {folder for folder in folders if await self._trust.ask(folder)}
        allowed = [model for model in chosen.models if self._folder(model) in trusted]
        asked = Asked(checks_of(argument), unsaved=True)
        runs = [self._verifier.verify(model, asked) for model in allowed]
        found = await asyncio.gather(*runs)
        return [_told(model, verification) for model, verification in zip(allowed, found, strict=True)]

    def cancel(self) -> int:
        """How many runs there were to end."""
        return self._verifier.cancel()

    def forget_trust(self) -> None:
        """Ask anew before anything runs in these workspace folders."""
        folders = {self._folder_of_root(project.root) for project in self._session.projects.all()}
        self._trust.forget((*folders, *self._session.folders))

    def _folder(self, model: Model) -> Path:
        return self._folder_of_root(model.root)

    def _folder_of_root(self, root: Path) -> Path:
        return self._session.folder_of(root) or root


def _told(model: Model, verification: Verification | None) -> dict[str, object]:
    """As `torchready verify --output-format json` tells it, without the findings: they are shown at their lines."""
    if verification is None:
        return {"model": model.config.target, "checks": None}
    checks = [
        {"name": check.name, "status": check.status.value, "seconds": check.seconds, "message": check.message}
        for check in verification.checks
    ]
    return {"model": model.config.target, "checks": checks}
