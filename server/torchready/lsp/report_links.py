"""URIs of full reports, and findings that link to them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from torchready.finding import Finding, Position, Range, RelatedPlace

if TYPE_CHECKING:
    from torchready.lsp.models import Key
    from torchready.lsp.run import Report

SCHEME = "torchready:"
START = Range(Position(0, 0), Position(0, 0))


def report_uri(key: Key, check: str | None = None) -> str:
    """The document about the last run of a model, or about one of its checks.

    Its path is what people see; its query is what tells it from others, in characters that no editor rewrites.
    """
    title = f"{key[1].rpartition(':')[2]} {check or 'report'}.txt"
    identity = hashlib.blake2b(repr((*key, check)).encode(), digest_size=8).hexdigest()
    return f"{SCHEME}/{quote(title)}?{identity}"


def identity_of(uri: str) -> str:
    return uri.rpartition("?")[2]


def with_report(finding: Finding, report: Report | None) -> Finding:
    """The finding with the report of its check, if there is one, as one more related place."""
    if report is None:
        return finding
    place = RelatedPlace(report_uri(report.key, report.check), START, f"full report: {report.title}")
    return replace(finding, related=(*finding.related, place))
