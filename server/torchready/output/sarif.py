"""`sarif`: the static analysis results interchange format 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import torchready
from torchready.finding import Applicability, Edit, Finding, Fix, Range, RelatedPlace, Severity
from torchready.output.listing import Gap, Listing, fingerprints, place, rule_url
from torchready.rules.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/torchready/torchready"
ROOT_NAME = "SRCROOT"
LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
}


def sarif(listing: Listing) -> str:
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(listing)]}, indent=2) + "\n"


def _run(listing: Listing) -> dict[str, Any]:
    rules = _rules(listing.findings)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    named = zip(listing.findings, fingerprints(listing), strict=True)
    return {
        "tool": {
            "driver": {
                "name": "torchready",
                "informationUri": HOME,
                "semanticVersion": torchready.__version__,
                "rules": rules,
            }
        },
        "invocations": [_invocation(listing)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT_NAME: {"uri": listing.folder.as_uri().rstrip("/") + "/"}},
        "results": [_result(listing, finding, name, index[finding.code]) for finding, name in named],
    }


def _invocation(listing: Listing) -> dict[str, Any]:
    # Not checking a file is no failure of the tool: the rest was checked, and the notifications say what was not.
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_notification(listing, gap) for gap in listing.gaps],
    }


def _notification(listing: Listing, gap: Gap) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(listing, gap.filename)}
    if gap.position is not None:
        row, column = place(gap.position)
        physical["region"] = {"startLine": row, "startColumn": column}
    return {
        "level": "error",
        "message": {"text": gap.message},
        "locations": [{"physicalLocation": physical}],
    }


def _rules(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Every rule there is, and those that only a run of the model reports, in the order of their codes."""
    from torchready.rules.registry import RULES

    described = {rule.code: _described(rule) for rule in RULES}
    others = {finding.code: _undescribed(finding) for finding in findings if finding.code not in described}
    return sorted((described | others).values(), key=lambda rule: rule["id"])


def _described(rule: Rule) -> dict[str, Any]:
    page = rule.page()
    return {
        "id": rule.code,
        "name": _pascal(rule.name),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": page, "markdown": page},
        "helpUri": rule.url,
        "defaultConfiguration": {"level": LEVELS[rule.severity], "enabled": "default" in rule.profiles},
    }


def _undescribed(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.code,
        "name": _pascal(finding.name),
        "shortDescription": {"text": finding.name.replace("-", " ")},
        "helpUri": rule_url(finding.code),
    }


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _result(listing: Listing, finding: Finding, fingerprint: str, rule_index: int) -> dict[str, Any]:
    location = _location(listing, finding.filename, finding.range)
    if finding.class_name:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.class_name, "kind": "type"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
        "partialFingerprints": {"torchready/v1": fingerprint},
        "properties": {"evidence": finding.evidence.value, "symbol": finding.symbol},
    }
    if finding.related:
        result["relatedLocations"] = [_related(listing, *item) for item in enumerate(finding.related, 1)]
    if finding.fix:
        result["fixes"] = [_fix(listing, finding.filename, finding.fix)]
    return result


def _related(listing: Listing, number: int, related: RelatedPlace) -> dict[str, Any]:
    location = _location(listing, related.filename, related.range)
    return {"id": number, "message": {"text": related.message}, **location}


def _fix(listing: Listing, filename: str, fix: Fix) -> dict[str, Any]:
    unsafe = " (unsafe)" if fix.applicability is Applicability.UNSAFE else ""
    change = {
        "artifactLocation": _artifact(listing, filename),
        "replacements": [_replacement(edit) for edit in fix.edits],
    }
    return {"description": {"text": fix.message + unsafe}, "artifactChanges": [change]}


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.content}}


def _location(listing: Listing, filename: str, span: Range) -> dict[str, Any]:
    physical = {"artifactLocation": _artifact(listing, filename), "region": _region(span)}
    return {"physicalLocation": physical}


def _artifact(listing: Listing, filename: str) -> dict[str, Any]:
    shown = listing.shown_name(filename)
    if Path(shown).is_absolute():
        return {"uri": Path(shown).as_uri()}
    return {"uri": quote(os.fsencode(shown.replace(os.sep, "/"))), "uriBaseId": ROOT_NAME}


def _region(span: Range) -> dict[str, int]:
    start_line, start_column = place(span.start)
    end_line, end_column = place(span.end)
    return {
        "startLine": start_line,
        "startColumn": start_column,
        "endLine": end_line,
        "endColumn": end_column,
    }
