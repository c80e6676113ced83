"""URIs of full reports, and findings that link to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from torchready.finding import Finding, Position, Range, RelatedPlace

if TYPE_CHECKING:
    from torchready.lsp.models import Key
    from torchready.lsp.runs import Report

SCHEME = "torchready:"
START = Range(Position(0, 0), Position(0, 0))


def report_uri(key: Key, check: str | None = None) -> str:
    """The document about the last run of a model, or about one of its checks. Its path is what people see."""
    root, target, number = key
    name = target.rpartition(":")[2]
    title = f"{name} {check or 'report'}.txt"
    told = {"target": target, "root": str(root), "number": str(number), **({"check": check} if check else {})}
    return f"{SCHEME}/{quote(title)}?{urlencode(told)}"


def with_report(finding: Finding, report: Report | None) -> Finding:
    """The finding with the report of its check, if there is one, as one more related place."""
    if report is None:
        return finding
    place = RelatedPlace(report_uri(report.key, report.check), START, f"full report: {report.title}")
    return replace(finding, related=(*finding.related, place))
