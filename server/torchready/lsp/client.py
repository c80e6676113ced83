"""What the editor at the other end can do, read once from its `initialize` request."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder, get_capability

from torchready.lsp.json_values import table
from torchready.text.encoding import Encoding


@dataclass(frozen=True, slots=True)
class Client:
    """Capabilities that change what the server sends; everything is off for a client that says nothing."""

    name: str = "unknown"
    encoding: Encoding = Encoding.UTF_16
    pulls_diagnostics: bool = False
    refreshes_diagnostics: bool = False
    diagnostic_versions: bool = False
    related_information: bool = False
    code_description: bool = False
    tags: frozenset[int] = frozenset()
    document_changes: bool = False
    code_action_literals: bool = False
    resolves_edits: bool = False
    preferred_actions: bool = False
    applies_edits: bool = False
    markdown_hover: bool = False
    watches_files: bool = False
    configuration: bool = False
    configuration_changes: bool = False
    work_done_progress: bool = False
    refreshes_code_lenses: bool = False
    refreshes_inlay_hints: bool = False
    shows_documents: bool = False
    creates_files: bool = False
    # Whether it knows the scheme `torchready:`, under which full reports are read-only documents.
    opens_reports: bool = False

    @classmethod
    def of(cls, params: types.InitializeParams) -> Client:
        capabilities = params.capabilities
        diagnostics = _published_diagnostics(capabilities)
        actions = capabilities.text_document and capabilities.text_document.code_action
        resolve = actions.resolve_support if actions else None
        hover = capabilities.text_document and capabilities.text_document.hover
        formats = (hover.content_format if hover else None) or ()
        encoding = ServerCapabilitiesBuilder.choose_position_encoding(capabilities)
        return cls(
            name=params.client_info.name if params.client_info else "unknown",
            encoding=Encoding(str(getattr(encoding, "value", encoding))),
            pulls_diagnostics=get_capability(capabilities, "text_document.diagnostic") is not None,
            refreshes_diagnostics=bool(
                get_capability(capabilities, "workspace.diagnostics.refresh_support", False)
            ),
            diagnostic_versions=bool(
                get_capability(capabilities, "text_document.publish_diagnostics.version_support", False)
            ),
            related_information=bool(diagnostics.related_information),
            code_description=bool(diagnostics.code_description_support),
            tags=frozenset(tag.value for tag in diagnostics.tag_support.value_set)
            if diagnostics.tag_support
            else frozenset(),
            document_changes=bool(
                get_capability(capabilities, "workspace.workspace_edit.document_changes", False)
            ),
            code_action_literals=bool(actions and actions.code_action_literal_support),
            resolves_edits=bool(resolve and "edit" in resolve.properties),
            preferred_actions=bool(actions and actions.is_preferred_support),
            applies_edits=bool(get_capability(capabilities, "workspace.apply_edit", False)),
            markdown_hover=types.MarkupKind.Markdown in formats,
            watches_files=bool(
                get_capability(capabilities, "workspace.did_change_watched_files.dynamic_registration", False)
            ),
            configuration=bool(get_capability(capabilities, "workspace.configuration", False)),
            configuration_changes=bool(
                get_capability(capabilities, "workspace.did_change_configuration.dynamic_registration", False)
            ),
            work_done_progress=bool(get_capability(capabilities, "window.work_done_progress", False)),
            refreshes_code_lenses=bool(
                get_capability(capabilities, "workspace.code_lens.refresh_support", False)
            ),
            refreshes_inlay_hints=bool(
                get_capability(capabilities, "workspace.inlay_hint.refresh_support", False)
            ),
            shows_documents=bool(get_capability(capabilities, "window.show_document.support", False)),
            creates_files=_creates_files(capabilities),
            opens_reports=_opens_reports(params.initialization_options),
        )


def _opens_reports(options: object) -> bool:
    """Only our own extension says whether the workspace is trusted, and it shows reports; others say so."""
    said = table(options)
    return said.get("documents") is True or isinstance(said.get("trusted"), bool)


def _creates_files(capabilities: types.ClientCapabilities) -> bool:
    operations = get_capability(capabilities, "workspace.workspace_edit.resource_operations") or ()
    return types.ResourceOperationKind.Create in operations


def _published_diagnostics(
    capabilities: types.ClientCapabilities,
) -> types.PublishDiagnosticsClientCapabilities:
    """What the client understands inside a diagnostic.

    LSP 3.18 lets a pulling client say so under `textDocument.diagnostic`; lsprotocol keeps both places.
    """
    published = get_capability(capabilities, "text_document.publish_diagnostics")
    pulled = get_capability(capabilities, "text_document.diagnostic")
    given = pulled if _says_anything(pulled) else published
    return types.PublishDiagnosticsClientCapabilities(
        related_information=getattr(given, "related_information", None),
        tag_support=getattr(given, "tag_support", None),
        code_description_support=getattr(given, "code_description_support", None),
    )


def _says_anything(pulled: types.DiagnosticClientCapabilities | None) -> bool:
    fields = ("related_information", "tag_support", "code_description_support")
    return any(getattr(pulled, field, None) is not None for field in fields)
