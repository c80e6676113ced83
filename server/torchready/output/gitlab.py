"""`gitlab`: a code quality report, shown in merge requests."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from torchready.finding import Finding, Position, Severity
from torchready.output.listing import Listing, fingerprints, place, shown_path

SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFORMATION: "minor",
    Severity.HINT: "info",
}


def gitlab(listing: Listing) -> str:
    # The report's paths count from the repository, which GitLab names in every job.
    root = Path(os.environ.get("CI_PROJECT_DIR") or listing.folder)
    names = fingerprints(listing)
    issues = [_issue(finding, name, root) for finding, name in zip(listing.findings, names, strict=True)]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Finding, fingerprint: str, root: Path) -> dict[str, Any]:
    return {
        "check_name": finding.code,
        "description": f"{finding.code}: {finding.message}",
        "severity": SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": shown_path(finding.filename, root).replace("\\", "/"),
            "positions": {"begin": _position(finding.range.start), "end": _position(finding.range.end)},
        },
    }


def _position(position: Position) -> dict[str, int]:
    line, column = place(position)
    return {"line": line, "column": column}
