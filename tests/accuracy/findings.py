"""What `torchready check` says about files: the real command line, read back from its JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.accuracy.source_calls import Span

COMMAND = "import sys; from torchready.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class StaticFinding:
    """`file` is relative to the folder the libraries are in; lines from 1, columns from 0 in code points."""

    code: str
    file: str
    span: Span
    symbol: str | None
    class_name: str | None
    message: str
    fix: str | None
    severity: str


@dataclass(frozen=True)
class Checked:
    """`problems` are files that torchready could not read or failed on."""

    findings: list[StaticFinding]
    problems: list[str]


def check(
    site: Path,
    paths: Sequence[str],
    codes: Sequence[str],
    profile: str = "default",
    configuration: Path | None = None,
) -> Checked:
    """Findings in files or folders given relative to `site`. Raises when there is no answer at all."""
    configured = ["--config", str(configuration)] if configuration else ["--isolated"]
    command = [
        sys.executable, "-c", COMMAND, "check", *configured, "--no-cache", "--exit-zero", "--quiet",
        "--output-format", "json", "--profile", profile, "--select", ",".join(codes), "--", *paths,
    ]  # fmt: skip
    finished = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    try:
        entries = json.loads(finished.stdout)
    except json.JSONDecodeError:
        code = finished.returncode
        raise RuntimeError(f"torchready check ended with {code}:\n{finished.stderr}") from None
    return Checked([_finding(entry, site) for entry in entries], finished.stderr.splitlines())


def _finding(entry: dict[str, Any], site: Path) -> StaticFinding:
    start, end = entry["location"], entry["end_location"]
    filename = Path(entry["filename"])
    return StaticFinding(
        code=entry["code"],
        file=(filename.relative_to(site.resolve()) if filename.is_absolute() else filename).as_posix(),
        span=Span(start["row"], start["column"] - 1, end["row"], end["column"] - 1),
        symbol=entry.get("symbol"),
        class_name=entry.get("class"),
        message=entry["message"],
        fix=entry["fix"]["applicability"] if entry.get("fix") else None,
        severity=entry["severity"],
    )
