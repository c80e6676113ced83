"""Findings as LSP diagnostics, pushed or pulled.

This is on the way from every keystroke to the screen, so diagnostics are written as JSON at once, without
objects in between, and the part of each that does not depend on its place is written once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path

from lsprotocol import types

from torchready.finding import Evidence, Finding, Range, RelatedPlace, Severity, Tag
from torchready.lsp.analysis import Analysis
from torchready.lsp.client import Client
from torchready.lsp.conversion import Converter
from torchready.lsp.documents import Part, Source
from torchready.lsp.leniency import SOURCE_NAME
from torchready.lsp.protocol import Json
from torchready.lsp.report_links import SCHEME
from torchready.rules.registry import find_rule
from torchready.text import Text

SEVERITIES: Mapping[Severity, int] = {
    Severity.ERROR: types.DiagnosticSeverity.Error.value,
    Severity.WARNING: types.DiagnosticSeverity.Warning.value,
    Severity.INFORMATION: types.DiagnosticSeverity.Information.value,
    Severity.HINT: types.DiagnosticSeverity.Hint.value,
}
TAGS: Mapping[Tag, int] = {
    Tag.UNNECESSARY: types.DiagnosticTag.Unnecessary.value,
    Tag.DEPRECATED: types.DiagnosticTag.Deprecated.value,
}
KEPT_TAILS = 10_000

# Where a related place of another file is: its URI and text, as far as they are known.
Resolve = Callable[[str], tuple[str, Text | None]]


class DiagnosticWriter:
    """Writes the diagnostics of one client."""

    def __init__(self, client: Client, resolve: Resolve) -> None:
        self._client = client
        self._resolve = resolve
        self._tails: dict[tuple[str, str, Severity, Evidence, tuple[Tag, ...]], str] = {}
        # What was written last, by the identity of the finding: most are the same objects after an edit.
        self._written: dict[int, tuple[Finding, str]] = {}

    def write(self, analysis: Analysis, part: Part) -> str:
        """The JSON list of the diagnostics of a source's part."""
        converter = part.converter(self._client.encoding)
        source = analysis.source
        alone = len(source.parts) == 1 and not source.is_notebook
        findings = analysis.findings if alone else [f for f in analysis.findings if part.holds(f.range)]
        if converter.changes_positions:
            return f"[{','.join([self._one(finding, source, converter) for finding in findings])}]"
        before, self._written = self._written, {}
        return f"[{','.join([self._again(finding, source, converter, before) for finding in findings])}]"

    def _again(
        self, finding: Finding, source: Source, converter: Converter, before: dict[int, tuple[Finding, str]]
    ) -> str:
        known = before.get(id(finding))
        if known is None or known[0] is not finding:
            known = (finding, self._one(finding, source, converter))
        if _depends_on_itself_only(finding, source):
            self._written[id(finding)] = known
        return known[1]

    def _one(self, finding: Finding, source: Source, converter: Converter) -> str:
        if finding.related:
            return self._with_related(finding, source, converter)
        return _range(finding.range, converter) + self._tail(finding, finding.message)

    def _with_related(self, finding: Finding, source: Source, converter: Converter) -> str:
        if not self._client.related_information:
            # Without a list of its own the other place is at least told in words.
            message = "\n".join([finding.message, *(told(place, finding) for place in finding.related)])
            return _range(finding.range, converter) + self._tail(finding, message)
        related = ",".join(self._related(place, source) for place in finding.related)
        tail = self._tail(finding, finding.message)
        return f'{_range(finding.range, converter)},"relatedInformation":[{related}]{tail}'

    def _related(self, place: RelatedPlace, source: Source) -> str:
        if place.filename.startswith(SCHEME):
            converter, uri = Converter(Text(""), self._client.encoding), place.filename
        elif place.filename == str(source.path):
            part = source.part_holding(place.range) or source.parts[0]
            converter, uri = part.converter(self._client.encoding), part.document.uri
        else:
            uri, text = self._resolve(place.filename)
            converter = Converter(text or Text(""), self._client.encoding)
        location = f'{{"uri":{quoted(uri)},{_range(place.range, converter)[1:]}}}'
        return f'{{"location":{location},"message":{quoted(place.message)}}}'

    def _tail(self, finding: Finding, message: str) -> str:
        key = (finding.code, message, finding.severity, finding.evidence, finding.tags)
        tail = self._tails.get(key)
        if tail is None:
            if len(self._tails) >= KEPT_TAILS:
                self._tails.clear()
            tail = self._tails[key] = "," + json.dumps(self._placeless(finding, message))[1:]
        return tail

    def _placeless(self, finding: Finding, message: str) -> dict[str, object]:
        diagnostic: dict[str, object] = {
            "severity": SEVERITIES[finding.severity],
            "code": finding.code,
            "source": SOURCE_NAME,
            "message": message,
        }
        rule = find_rule(finding.code)
        if rule is not None and self._client.code_description:
            diagnostic["codeDescription"] = {"href": rule.url}
        tags = [value for tag in finding.tags if (value := TAGS[tag]) in self._client.tags]
        if tags:
            diagnostic["tags"] = tags
        return diagnostic


def publication(uri: str, diagnostics: str, version: int | None) -> Json:
    """The parameters of `textDocument/publishDiagnostics`."""
    versioned = "" if version is None else f',"version":{version}'
    return Json(f'{{"uri":{quoted(uri)}{versioned},"diagnostics":{diagnostics}}}')


def pull_report(diagnostics: str, previous: str | None) -> Json:
    """The answer to `textDocument/diagnostic`: the list, or that it is what the client already has."""
    result_id = hashlib.blake2b(diagnostics.encode(), digest_size=8).hexdigest()
    if result_id == previous:
        return Json(f'{{"kind":"unchanged","resultId":"{result_id}"}}')
    return Json(f'{{"kind":"full","resultId":"{result_id}","items":{diagnostics}}}')


def plain_diagnostics(items: Iterable[tuple[Range, str]], converter: Converter) -> str:
    """Diagnostics of a configuration file: errors with a place and a message."""
    tail = {"severity": types.DiagnosticSeverity.Error.value, "source": SOURCE_NAME}
    written = [
        f"{_range(span, converter)},{json.dumps({**tail, 'message': message})[1:]}" for span, message in items
    ]
    return f"[{','.join(written)}]"


def _depends_on_itself_only(finding: Finding, source: Source) -> bool:
    """Whether its JSON stays as it is with the finding: a related place may be in another file, or in another cell."""
    if source.is_notebook and finding.related:
        return False
    return all(place.filename == finding.filename for place in finding.related)


def told(place: RelatedPlace, finding: Finding) -> str:
    where = f"line {place.range.start.line + 1}"
    if place.filename != finding.filename:
        where = f"{Path(place.filename).name}, {where}"
    return f"{place.message} ({where})"


def _range(span: Range, converter: Converter) -> str:
    """The opening of an object that has a range; the caller closes it."""
    start, end = span
    first = converter.first_line
    return (
        f'{{"range":{{"start":{{"line":{start.line - first},"character":{converter.column(start)}}},'
        f'"end":{{"line":{end.line - first},"character":{converter.column(end)}}}}}'
    )
