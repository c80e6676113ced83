"""Who may run code here: nobody, until the user said so.

Running a model runs whatever its files and its configuration say, and both may have arrived with a cloned
repository. An editor that knows of trusted workspaces decides alone. Else the user is asked once for each
workspace folder, on an explicit command only, and the answer is kept in a file of theirs: not in the workspace,
which could bring its own answer along.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import cast

from lsprotocol import types

from torchready.lsp.editor import Editor

logger = logging.getLogger(__name__)

FILE_NAME = "trusted-folders.json"
ALLOW = "Run models in this folder"
REFUSE = "Never here"


class Trust:
    """What the editor said about the workspace, and what the user answered about its folders."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        # None when the editor does not say.
        self.workspace: bool | None = None

    def allows(self, folder: Path) -> bool:
        """Whether code of this folder may run without asking."""
        if self.workspace is not None:
            return self.workspace
        return _answers().get(str(folder)) is True

    async def ask(self, folder: Path) -> bool:
        """Whether the user allows it; for commands that the user gave."""
        if self.workspace is False:
            self._editor.say(
                types.MessageType.Warning,
                f"torchready does not run models of {folder}: the workspace is not trusted. "
                "Trust it in your editor, then verify again.",
            )
            return False
        if self.allows(folder):
            return True
        if _answers().get(str(folder)) is False:
            self._editor.say(
                types.MessageType.Warning,
                f"torchready does not run models of {folder}: you chose never to. "
                "The command torchready.forgetTrust forgets that choice.",
            )
            return False
        answer = await self._editor.choose(
            types.MessageType.Warning,
            f"To verify a model, torchready runs the code of {folder}, as well as the interpreter that its "
            "configuration names. Do you trust the authors of what is in this folder?",
            ALLOW,
            REFUSE,
        )
        if answer in (ALLOW, REFUSE):
            _remember(folder, allowed=answer == ALLOW)
        return answer == ALLOW

    def forget(self, folders: tuple[Path, ...]) -> None:
        """Ask anew about these folders."""
        kept = {name: answer for name, answer in _answers().items() if Path(name) not in folders}
        _write(kept)


def answers_file() -> Path:
    # Imported here because starting must be quick and most sessions never ask.
    from platformdirs import user_state_path

    return user_state_path("torchready", appauthor=False) / FILE_NAME


def _answers() -> dict[str, bool]:
    try:
        known = json.loads(answers_file().read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        logger.warning("Nobody is trusted: %s cannot be read: %s", answers_file(), error)
        return {}
    if not isinstance(known, dict):
        return {}
    table = cast("dict[str, object]", known)
    return {folder: answer for folder, answer in table.items() if isinstance(answer, bool)}


def _remember(folder: Path, *, allowed: bool) -> None:
    _write({**_answers(), str(folder): allowed})


def _write(answers: dict[str, bool]) -> None:
    """In one step, so that another server never reads half of it."""
    file = answers_file()
    written = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(json.dumps(answers, indent=2, sort_keys=True) + "\n", "utf-8")
        written.replace(file)
    except OSError as error:
        logger.warning("The answer is not remembered: %s", error)
