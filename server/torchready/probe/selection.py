"""What a run found, as the configuration and the comments in the code want it shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from torchready.config import Config
from torchready.finding import Finding, Position
from torchready.probe.verification import Verification
from torchready.rules.registry import RULES, find_rule
from torchready.suppression import Comment, Suppressions
from torchready.syntax import Syntax
from torchready.text import Text
from torchready.workspace.reading import SourceReadError, read_source

TextOf = Callable[[Path], "str | None"]


def text_on_disk(path: Path) -> str | None:
    try:
        return read_source(path).text
    except SourceReadError:
        return None


def selected(
    verification: Verification, config: Config, root: Path, text_of: TextOf = text_on_disk
) -> Verification:
    """The verification with the findings that `select`, `ignore`, `per-file-ignores` and comments leave, and with
    the configured severities. A failed check stays failed whatever is ignored.
    """
    kept = _kept(verification.findings, config, root, text_of)

    def only_kept(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        return tuple(kept[finding] for finding in findings if finding in kept)

    observation = verification.observation
    return replace(
        verification,
        findings=only_kept(verification.findings),
        checks=tuple(replace(check, findings=only_kept(check.findings)) for check in verification.checks),
        observation=observation and replace(observation, findings=only_kept(observation.findings)),
    )


def _kept(
    findings: tuple[Finding, ...], config: Config, root: Path, text_of: TextOf
) -> dict[Finding, Finding]:
    wanted: dict[Path, list[Finding]] = {}
    for finding in findings:
        path = Path(finding.filename)
        if is_enabled(finding, config, path, root):
            wanted.setdefault(path, []).append(finding)
    return {
        finding: replace(finding, severity=config.severity_of(finding.code, finding.severity))
        for path, found in wanted.items()
        for finding in _unsuppressed(found, text_of(path) if path.suffix == ".py" else None)
    }


def is_enabled(finding: Finding, config: Config, path: Path, root: Path) -> bool:
    """Whether `select`, `ignore` and `per-file-ignores` leave a finding of this file."""
    rule = find_rule(finding.code)
    on = rule is None or config.profile in rule.profiles
    return config.enabled(finding.code, on) and not finding.code.startswith(
        config.ignored_in_file(path, root)
    )


def _unsuppressed(findings: list[Finding], text: str | None) -> list[Finding]:
    if text is None or ("torchready" not in text and "noqa" not in text):
        return findings
    syntax = Syntax.of(Text(text))
    comments = [Comment(Position(line, comment.column), comment.text) for line, comment in syntax.comments()]
    if not comments:
        return findings
    known = {rule.code for rule in RULES} | {finding.code for finding in findings}
    left, _ = Suppressions.parse(comments, syntax.text).apply(findings, known=known, active=known)
    return left
