"""`json` (a list), `json-lines` (one object per line): the layout is a contract with other programs."""

from __future__ import annotations

import json
from typing import Any

from torchready.finding import Finding, Fix, Position, Range
from torchready.output.listing import Listing, place, rule_url


def json_text(listing: Listing) -> str:
    return json.dumps([finding_object(finding) for finding in listing.findings], indent=2) + "\n"


def json_lines(listing: Listing) -> str:
    return "".join(json.dumps(finding_object(finding)) + "\n" for finding in listing.findings)


def finding_object(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "message": finding.message,
        "severity": finding.severity.value,
        "evidence": finding.evidence.value,
        "filename": finding.filename,
        **range_object(finding.range),
        "class": finding.class_name,
        "symbol": finding.symbol,
        "fix": _fix_object(finding.fix) if finding.fix else None,
        "url": rule_url(finding.code),
    }


def _fix_object(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [{"content": edit.content, **range_object(edit.range)} for edit in fix.edits],
    }


def range_object(span: Range) -> dict[str, Any]:
    return {"location": _position_object(span.start), "end_location": _position_object(span.end)}


def _position_object(position: Position) -> dict[str, int]:
    row, column = place(position)
    return {"row": row, "column": column}
