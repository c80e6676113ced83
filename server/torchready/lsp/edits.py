"""Edits of ours as workspace edits of the client."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types

from torchready.finding import Edit, Position, Range
from torchready.lsp.client import Client
from torchready.lsp.documents import Part, Source

PartEdits = tuple[Part, Sequence[Edit]]


def workspace_edit(edits: Iterable[PartEdits], client: Client) -> types.WorkspaceEdit:
    """Edits of documents, with the versions they are for, so that the client refuses stale ones.

    Clients that do not know versioned edits get them plain.
    """
    if not client.document_changes:
        return types.WorkspaceEdit(
            changes={part.document.uri: _text_edits(part, given, client) for part, given in edits}
        )
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(part.document.uri, part.document.version),
                _text_edits(part, given, client),
            )
            for part, given in edits
        ]
    )


def by_part(source: Source, edits: Iterable[Edit]) -> list[PartEdits] | None:
    """The edits of a source, sorted to the documents they fall into; None when one crosses documents."""
    sorted_out: dict[str, tuple[Part, list[Edit]]] = {}
    for edit in edits:
        placed = _placed(source, edit)
        if placed is None:
            return None
        part, inside = placed
        sorted_out.setdefault(part.document.uri, (part, []))[1].append(inside)
    return list(sorted_out.values())


def _placed(source: Source, edit: Edit) -> tuple[Part, Edit] | None:
    part = source.part_holding(edit.range)
    if part is not None:
        return part, edit
    # An import that a notebook lacks goes above everything, which is above the first cell's first line.
    first = source.parts[0]
    if edit.range.start == edit.range.end and edit.range.start.line < first.first_line:
        start = Position(first.first_line, 0)
        return first, Edit(Range(start, start), edit.content)
    return None


def _text_edits(part: Part, edits: Sequence[Edit], client: Client) -> Sequence[types.TextEdit]:
    converter = part.converter(client.encoding)
    return [types.TextEdit(converter.range_to_client(edit.range), edit.content) for edit in edits]
