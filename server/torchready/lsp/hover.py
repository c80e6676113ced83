"""`textDocument/hover`: what a finding means, and what a rule code in a comment stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lsprotocol import types

from torchready.finding import Applicability, Evidence, Finding, Position, Range
from torchready.lsp.session import Session
from torchready.rules.registry import find_rule
from torchready.rules.rule import Rule
from torchready.text import Text

# How long a hover waits for fixes that are being looked for, so that it can tell whether they are safe.
WAIT_SECONDS = 0.3
SEEN = {
    Evidence.RUN: "*Seen when the model ran.*",
    Evidence.BOTH: "*Read in the code, and seen when the model ran.*",
}
CODE = re.compile(r"\bTR\d{3}\b")
# The headings of a rule's page that fit into a hover; the rest is a click away.
REASON = "Why is this bad?"
HOVERED_SECTIONS = ("What it does", REASON, "Fix safety")


async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    found = session.find(params.text_document.uri)
    if found is None:
        return None
    tracked, part = found
    converter = part.converter(session.client.encoding)
    position = converter.from_client(params.position)
    analysis = await session.analyser.soon(tracked, WAIT_SECONDS)
    if tracked.part_changed(part):
        return None
    findings = () if analysis is None else session.findings(analysis)
    about = _finding(findings, position) or _code(tracked.source.text, position)
    if about is None or not session.is_enabled(tracked.source):
        return None
    span, markdown = about
    return types.Hover(_content(markdown, session.client.markdown_hover), converter.range_to_client(span))


def _finding(findings: Iterable[Finding], position: Position) -> tuple[Range, str] | None:
    here = [finding for finding in findings if finding.range[0] <= position <= finding.range[1]]
    if not here:
        return None
    return here[0].range, "\n\n---\n\n".join(_describe(finding) for finding in here)


def _describe(finding: Finding) -> str:
    rule = find_rule(finding.code)
    title = f"[{finding.code} {finding.name}]({rule.url})" if rule else f"{finding.code} {finding.name}"
    # Not the finding's own message: editors show that themselves, mostly right above.
    lines = [f"**{title}**", *((rule.summary, _why(rule)) if rule else (finding.message,))]
    if finding.evidence is not Evidence.SOURCE:
        lines.append(SEEN[finding.evidence])
    lines.append(_fix_safety(finding))
    return "\n\n".join(lines)


def _why(rule: Rule) -> str:
    """The first paragraph of the reason."""
    _, _, reason = rule.page().partition(f"## {REASON}\n")
    return reason.partition("\n\n")[0]


def _fix_safety(finding: Finding) -> str:
    if finding.fix is None:
        return "*No automatic fix.*"
    if finding.fix.applicability is Applicability.SAFE:
        return f"*Safe fix: {finding.fix.message}*"
    return f"*Unsafe fix, never applied by “fix all”: {finding.fix.message}*"


def _code(text: Text, position: Position) -> tuple[Range, str] | None:
    line = text.line(position.line)
    comment = line.find("#")
    if comment < 0:
        return None
    for match in CODE.finditer(line, comment):
        if match.start() <= position.column <= match.end() and (rule := find_rule(match.group())):
            span = Range(Position(position.line, match.start()), Position(position.line, match.end()))
            return span, _shortened(rule)
    return None


def _shortened(rule: Rule) -> str:
    head, *sections = re.split(r"^## ", rule.page(), flags=re.MULTILINE)
    kept = [f"## {section}" for section in sections if section.startswith(HOVERED_SECTIONS)]
    return "".join([head, *kept]).rstrip() + f"\n\n[The whole page]({rule.url})"


def _content(markdown: str, renders: bool) -> types.MarkupContent:
    if renders:
        return types.MarkupContent(types.MarkupKind.Markdown, markdown)
    plain = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1 (\2)", markdown)
    plain = re.sub(r"^#+ |\*\*|^\*|\*$|^---$", "", plain, flags=re.MULTILINE)
    return types.MarkupContent(types.MarkupKind.PlainText, re.sub(r"\n{3,}", "\n\n", plain))
