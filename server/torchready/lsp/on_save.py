"""Verifying models when one of their files is saved, or their entry in the configuration, and warming up for it.

Never asks: where running is not allowed, it says so once and stays silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from typing import Any

from torchready.config import ModelConfig
from torchready.lsp.attempt import Asked
from torchready.lsp.editor import Editor
from torchready.lsp.models import Key, Model, configured_models
from torchready.lsp.probes import Probes
from torchready.lsp.selection import defined_in, files_of_last_run
from torchready.lsp.session import Session
from torchready.lsp.trust import Trust
from torchready.lsp.verifying import Verifier

# "Save all" saves one file after the other. A run that began before the last of them begins anew.
DEBOUNCE_SECONDS = 0.01
WARMING_SECONDS = 0.5


class OnSave:
    def __init__(
        self, session: Session, editor: Editor, trust: Trust, probes: Probes, verifier: Verifier
    ) -> None:
        self._session = session
        self._editor = editor
        self._trust = trust
        self._probes = probes
        self._verifier = verifier
        self._entries = _entries(configured_models(session))
        self._due: dict[Key, tuple[Model, set[Path]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._opened: set[Path] = set()
        self._warming: asyncio.TimerHandle | None = None
        self._looking: set[asyncio.Task[None]] = set()
        self._said_untrusted = False

    def opened(self, path: Path) -> None:
        """Start the probe of a file's models soon, so that the first run finds it warm.

        Not at once: the file is to be seen first, and settings that name the interpreter may be on their way.
        """
        self._opened.add(path)
        if self._warming is None:
            self._warming = asyncio.get_running_loop().call_later(WARMING_SECONDS, self._warm)

    def _warm(self) -> None:
        self._warming = None
        opened, self._opened = self._opened, set()
        self._look(self._start_ahead(opened))

    async def _start_ahead(self, opened: Iterable[Path]) -> None:
        models = configured_models(self._session)
        found = [each for path in opened for each in await defined_in(self._session, models, path)]
        for model in {model.key: model for model, _ in found}.values():
            if self._trust.allows(self._folder(model)):
                self._probes.start_ahead(model)

    def _look(self, looking: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(looking)
        # The loop keeps only weak references to what runs on it.
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    def close(self) -> None:
        """Start nothing any more."""
        for timer in (self._warming, self._timer):
            if timer is not None:
                timer.cancel()
        self._warming = self._timer = None
        for task in self._looking:
            task.cancel()

    def saved(self, path: Path) -> None:
        models = [model for model in configured_models(self._session) if self._is_on_save(model)]
        if not models:
            return
        self._look(self._find_due(models, path))

    def reloaded(self, models: Iterable[Model]) -> None:
        """Configurations or settings were read anew."""
        before, self._entries = self._entries, _entries(models)
        for model in models:
            source = model.project.config.source
            if source is not None and before.get(model.key) != model.config and self._is_on_save(model):
                self._make_due([model], source)

    def _is_on_save(self, model: Model) -> bool:
        return (
            model.config.on_save and self._session.settings_of(model.root / "pyproject.toml").verify_on_save
        )

    async def _find_due(self, models: Iterable[Model], path: Path) -> None:
        due = [
            model for model in models if path == model.file or path in files_of_last_run(self._session, model)
        ]
        for model in models:
            if model not in due and path in await self._imported(model):
                due.append(model)
        if due:
            self._make_due(due, path)

    async def _imported(self, model: Model) -> frozenset[Path]:
        """What a model's file imports as far as its text says: it may not have run yet, or not come so far."""
        file = model.file
        if file is None:
            return frozenset()
        return await self._session.analyser.ask(model.project, lambda engine: engine.imported_files(file))

    def _make_due(self, models: Iterable[Model], path: Path) -> None:
        for model in models:
            if self._trust.allows(self._folder(model)):
                _, paths = self._due.get(model.key, (model, set[Path]()))
                self._due[model.key] = (model, {*paths, path})
            elif not self._said_untrusted:
                self._said_untrusted = True
                self._editor.status(
                    "ready",
                    f"{model.name} is not verified on save: running the code of {self._folder(model)} is not "
                    "allowed yet. Verify it once by hand to be asked.",
                    model.config.target,
                )
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(DEBOUNCE_SECONDS, self._start)

    def _start(self) -> None:
        due, self._due = self._due, {}
        for model, paths in due.values():
            self._verifier.start(model, Asked(), paths)

    def _folder(self, model: Model) -> Path:
        return self._session.folder_of(model.root) or model.root


def _entries(models: Iterable[Model]) -> dict[Key, ModelConfig]:
    return {model.key: model.config for model in models}
