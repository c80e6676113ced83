"""Notebooks: all Python cells as one text, so that an import in one cell is known in the next.

Every cell stands behind a marker comment. The markers survive fixes, so a fixed text falls apart into
cells again. Lines that are IPython's and not Python's (`%matplotlib`, `!pip`) are blanked by `pass`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from lsprotocol import types

from torchready.finding import Edit, Position, Range
from torchready.lsp.documents import Document, Part, Source, edits_between
from torchready.text import Text
from torchready.text.encoding import Encoding

MARKER = "# %% torchready cell"
IPYTHON_LINE = re.compile(r"^([ \t]*)(?:%%?[A-Za-z]|!(?!=)|\?{1,2}\w)[^\r\n]*", re.MULTILINE)
IPYTHON_CELL = re.compile(r"\s*%%(?!(?:time|timeit|capture|prun)\b)[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook of the client: its cells in order, and the text of those that are Python."""

    uri: str
    path: Path
    cells: tuple[str, ...] = ()
    documents: Mapping[str, Document] = field(default_factory=dict[str, Document])

    @classmethod
    def opened(cls, params: types.DidOpenNotebookDocumentParams, path: Path) -> Notebook:
        return cls(
            params.notebook_document.uri,
            path,
            tuple(cell.document for cell in params.notebook_document.cells),
            _documents(params.cell_text_documents),
        )

    def changed(self, change: types.NotebookDocumentChangeEvent, encoding: Encoding) -> Notebook:
        cells, documents = self.cells, dict(self.documents)
        changes = change.cells
        if changes is None:
            return self
        if changes.structure:
            array = changes.structure.array
            added = tuple(cell.document for cell in array.cells or ())
            cells = (*cells[: array.start], *added, *cells[array.start + array.delete_count :])
            documents |= _documents(changes.structure.did_open or ())
            for closed in changes.structure.did_close or ():
                documents.pop(closed.uri, None)
        for content in changes.text_content or ():
            document = documents.get(content.document.uri)
            if document is not None:
                changed, _ = document.changed(content.document.version, content.changes, encoding)
                documents[document.uri] = changed
        return replace(self, cells=cells, documents=documents)

    def source(self) -> Source:
        """The cells as one text for analysis."""
        pieces: list[str] = []
        parts: list[Part] = []
        line = 0
        for number, uri in enumerate(self.cells):
            document = self.documents.get(uri)
            if document is None:
                continue
            parts.append(Part(document, line + 1))
            pieces += (f"{MARKER} {number}\n", python_of(document.text.content), "\n")
            line += 1 + document.text.line_count
        return Source(self.uri, self.path, Text("".join(pieces)), tuple(parts), is_notebook=True)


def python_of(cell: str) -> str:
    """A cell with its IPython lines replaced by `pass`; line for line, indentation kept."""
    if IPYTHON_CELL.match(cell):
        return re.sub(r"[^\r\n]+", "pass", cell)
    return IPYTHON_LINE.sub(r"\1pass", cell)


def cell_edits(source: Source, fixed: str) -> list[tuple[Part, tuple[Edit, ...]]] | None:
    """The edits of each cell that turn the notebook's text into `fixed`; None when its markers are gone.

    Compared cell by cell, because what is appended to one cell must not land in the next.
    """
    before, after = _cells_of(source.text.content), _cells_of(fixed)
    if len(before) != len(source.parts) or len(after) != len(before):
        return None
    edits: list[tuple[Part, tuple[Edit, ...]]] = []
    for part, old, new in zip(source.parts, before, after, strict=True):
        if python_of(part.document.text.content) != old:
            return None
        if old != new:
            edits.append(
                (part, tuple(_below(edit, part.first_line) for edit in edits_between(Text(old), new)))
            )
    return edits


def _below(edit: Edit, lines: int) -> Edit:
    start, end = edit.range
    span = Range(Position(start.line + lines, start.column), Position(end.line + lines, end.column))
    return Edit(span, edit.content)


def _cells_of(text: str) -> list[str]:
    cells = re.split(rf"^{re.escape(MARKER)} \d+\n", text, flags=re.MULTILINE)
    # The line end that closes every cell is ours, not the cell's.
    return [cell.removesuffix("\n") for cell in cells[1:]]


def _documents(items: Iterable[types.TextDocumentItem]) -> dict[str, Document]:
    return {
        item.uri: Document(item.uri, item.version, Text(item.text))
        for item in items
        if item.language_id == "python"
    }
