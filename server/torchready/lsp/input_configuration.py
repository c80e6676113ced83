"""`torchready.configureInput`: a first entry for a class in the configuration, for its owner to correct."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from torchready.config.load import OWN_FILE, SHARED_FILE
from torchready.finding import Position, Range
from torchready.lsp.command_names import CONFIGURE_COMMAND
from torchready.lsp.conversion import Converter
from torchready.lsp.disk import text_on_disk
from torchready.lsp.editor import Editor
from torchready.lsp.json_values import table
from torchready.lsp.models import Model, configured_models, models_of, with_target
from torchready.lsp.projects import Project
from torchready.lsp.selection import defined_in
from torchready.lsp.session import Session
from torchready.text import Text
from torchready.workspace.imports import module_name, package_root

if TYPE_CHECKING:
    from torchready.config.new_model import NewModel
    from torchready.facts.dummy_inputs import GuessedModel


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """Where an entry goes. `text` is None for a file that is to be created."""

    path: Path
    text: Text | None


class InputConfiguration:
    def __init__(self, session: Session, editor: Editor) -> None:
        self._session = session
        self._editor = editor

    async def configure(self, argument: object) -> bool:
        """Whether the class has an entry now."""
        asked = table(argument)
        uri, name = asked.get("uri"), asked.get("class")
        if not isinstance(uri, str) or not isinstance(name, str):
            raise JsonRpcInvalidParams(f'{CONFIGURE_COMMAND} takes {{"uri": ..., "class": ...}}')
        path = self._session.place_of(uri)
        project = self._session.project_of(path)
        entry = await self.entry_of(project, path, name)
        if entry is not None:
            await self.show_entry(entry)
            return True
        guessed = await self.guess(project, path, name)
        if guessed is None:
            self._editor.say(
                types.MessageType.Warning,
                f"torchready cannot configure {name}: {path.name} has no nn.Module of that name.",
            )
            return False
        file = self._file(project, path)
        return await self._add(file, _new_model(guessed, path, file.path.parent, name))

    async def guess(self, project: Project, path: Path, name: str) -> GuessedModel | None:
        return await self._session.analyser.ask(project, lambda engine: engine.guess_model(path, name))

    async def entry_of(self, project: Project, path: Path, name: str) -> Model | None:
        models = await defined_in(self._session, models_of(project), path)
        return next((model for model, written in models if written == name), None)

    async def open_entry(self, argument: object) -> bool:
        """Show where a model is configured; whether it is."""
        target = table(argument).get("model")
        found = with_target(configured_models(self._session), str(target))
        for model in found[:1]:
            await self.show_entry(model)
        return bool(found)

    async def show_entry(self, model: Model) -> None:
        from torchready.config.entries import place_of_model

        source = model.project.config.source
        if source is not None:
            await self.show(source, place_of_model(source, model.index))

    async def show(self, path: Path, span: Range) -> None:
        """Open a configuration file at a place."""
        converter = Converter(text_on_disk(path) or Text(""), self._editor.client.encoding)
        uri = path.absolute().as_uri()
        if not await self._editor.show(uri, converter.range_to_client(span)):
            self._editor.say(types.MessageType.Info, f"See {path}, line {span.start.line + 1}")

    def _file(self, project: Project, path: Path) -> ConfigurationFile:
        """The configuration in force; else the folder's pyproject.toml; else a file to be created."""
        folder = self._session.folder_of(path) or path.parent
        if project.config_path is not None:
            return ConfigurationFile(project.config_path, text_on_disk(project.config_path))
        shared = folder / SHARED_FILE
        if shared.is_file():
            return ConfigurationFile(shared, text_on_disk(shared))
        return ConfigurationFile(folder / OWN_FILE, None)

    async def _add(self, file: ConfigurationFile, model: NewModel) -> bool:
        from torchready.config.new_model import CannotAddError, appended

        before = file.text or Text("")
        try:
            added = appended(before.content, file.path.name, model)
        except CannotAddError as error:
            self._editor.say(types.MessageType.Error, f"torchready cannot configure the model: {error}")
            await self.show(file.path, Range(Position(0, 0), Position(0, 0)))
            return False
        end = before.position(len(before.content))
        if not await self._write(file, before, end, added):
            return False
        first = end.line + added[: added.index("[[")].count("\n")
        await self.show(file.path, Range(Position(first, 0), Position(first, 0)))
        return True

    async def _write(self, file: ConfigurationFile, before: Text, end: Position, added: str) -> bool:
        client = self._editor.client
        if not client.applies_edits or (file.text is None and not client.creates_files):
            file.path.write_text(before.content + added, "utf-8", newline="")
            return True
        at = Converter(before, client.encoding).to_client(end)
        edit = types.TextEdit(types.Range(at, at), added)
        params = types.ApplyWorkspaceEditParams(self._edit(file, edit), "Configure the dummy input")
        result = await self._editor.ask(types.WORKSPACE_APPLY_EDIT, params)
        return bool(result and result.applied)

    def _edit(self, file: ConfigurationFile, edit: types.TextEdit) -> types.WorkspaceEdit:
        uri = file.path.absolute().as_uri()
        if not self._editor.client.document_changes:
            return types.WorkspaceEdit(changes={uri: [edit]})
        # Configuration files are not synchronised: they have no version that we know.
        document = types.OptionalVersionedTextDocumentIdentifier(uri, None)
        changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
        if file.text is None:
            changes.append(types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True)))
        return types.WorkspaceEdit(document_changes=[*changes, types.TextDocumentEdit(document, [edit])])


def _new_model(guessed: GuessedModel, path: Path, root: Path, name: str) -> NewModel:
    from torchready.config.new_model import NewInput, NewModel

    remarks = [f"no guess for {parameter}: give it a value" for parameter in guessed.unknown]
    if guessed.arguments:
        remarks.append("guessed from the constructor's signature")
    return NewModel(
        target=f"{_module(path, root)}:{name}",
        kwargs=dict(guessed.arguments),
        inputs=[
            NewInput(each.shape, each.dtype, f"{each.name}: {each.why}", each.high) for each in guessed.inputs
        ],
        remarks=remarks,
    )


def _module(path: Path, root: Path) -> str:
    """`package.net` for what is imported under that name from the root, else the file's path."""
    importable = package_root(path)
    if importable in (root, root / "src") and (path.parent / "__init__.py").is_file():
        return module_name(path, importable)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
