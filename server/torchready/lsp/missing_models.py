"""What to say when somebody wants to verify what no configuration names, with a button that helps."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from torchready.config import ConfigProblem
from torchready.finding import Position, Range
from torchready.lsp.editor import Editor
from torchready.lsp.input_configuration import InputConfiguration
from torchready.lsp.models import configured_models
from torchready.lsp.selection import Wanted, definitions
from torchready.lsp.session import Session

START = Range(Position(0, 0), Position(0, 0))


class MissingModels:
    def __init__(self, session: Session, editor: Editor, inputs: InputConfiguration) -> None:
        self._session = session
        self._editor = editor
        self._inputs = inputs
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, wanted: Wanted) -> None:
        """Without keeping anybody waiting for the button."""
        task = asyncio.ensure_future(self._tell(wanted))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, wanted: Wanted) -> None:
        problems = [problem for project in self._session.projects.all() for problem in project.problems]
        if problems:
            await self._tell_problem(problems[0])
            return
        message = f"torchready has no model to verify for {wanted.wish}: no configuration names one."
        configured = [model.config.target for model in configured_models(self._session)]
        if configured:
            message = (
                f"torchready: no entry for {wanted.wish}. There are entries for {', '.join(configured)}."
            )
        name = wanted.class_name or await self._last_module(wanted.uri)
        if name is not None and wanted.uri is not None:
            button = f"Configure the dummy input of {name}"
            if await self._editor.choose(types.MessageType.Warning, message, button) == button:
                await self._inputs.configure({"uri": wanted.uri, "class": name})
            return
        await self._offer_to_open(message)

    async def _offer_to_open(self, message: str) -> None:
        """A button for the configuration, if there is one."""
        paths = [project.config_path for project in self._session.projects.all()]
        path = next((path for path in paths if path is not None), None)
        if path is None:
            self._editor.say(types.MessageType.Warning, message)
            return
        button = f"Open {path.name}"
        if await self._editor.choose(types.MessageType.Warning, message, button) == button:
            await self._inputs.show(path, START)

    async def _tell_problem(self, problem: ConfigProblem) -> None:
        button = f"Open {problem.path.name}"
        message = f"torchready cannot read its configuration. {problem}"
        if await self._editor.choose(types.MessageType.Error, message, button) == button:
            await self._inputs.show(problem.path, problem.range)

    async def _last_module(self, uri: str | None) -> str | None:
        """The nn.Module that stands last in a file, mostly the one that is made of the others."""
        tracked = None if uri is None else self._session.tracked(uri)
        if tracked is None or tracked.source.is_notebook:
            return None
        for each in reversed(await definitions(self._session, tracked)):
            if each.is_class and await self._inputs.guess(tracked.project, tracked.source.path, each.name):
                return each.name
        return None
