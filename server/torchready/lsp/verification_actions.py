"""Code actions about models that run: configure one, open its entry, read the full report of a check."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping

from lsprotocol import types

from torchready.finding import Finding, Range
from torchready.lsp.analysis import Tracked
from torchready.lsp.command_names import CONFIGURE_COMMAND, OPEN_ENTRY_COMMAND, SHOW_DETAIL_COMMAND
from torchready.lsp.models import configured_models
from torchready.lsp.report_links import report_uri
from torchready.lsp.run import Report
from torchready.lsp.selection import defined_in, definitions
from torchready.lsp.session import Session

# A run that did not come past these has wrong arguments or inputs, as likely as a wrong model.
ENTRY_CODES = frozenset({"TR480", "TR481"})
# The menu must open; whether a class is a module can wait for the next time.
PATIENCE_SECONDS = 0.2


def report_actions(
    session: Session, tracked: Tracked, here: Mapping[Finding, list[types.Diagnostic] | None]
) -> Iterator[types.CodeAction]:
    """For findings of a run, with how the editor shows each: what it said in full, and the entry it ran with."""
    reports = session.runs.reports(tracked.source.path)
    found = {finding: reports.get((finding.code, finding.range)) for finding in here}
    told: set[Report] = set()
    for finding, report in found.items():
        if report is None or report in told:
            continue
        told.add(report)
        command = types.Command(
            f"Show the full report: {report.title}",
            SHOW_DETAIL_COMMAND,
            arguments=[{"uri": report_uri(report.key, report.check)}],
        )
        quick_fix = types.CodeActionKind.QuickFix
        yield types.CodeAction(command.title, quick_fix, diagnostics=here[finding], command=command)
    yield from _entry_actions(report for finding, report in found.items() if finding.code in ENTRY_CODES)


def _entry_actions(reports: Iterable[Report | None]) -> Iterator[types.CodeAction]:
    for target in dict.fromkeys(report.key[1] for report in reports if report is not None):
        title = f"Open the entry of {target.rpartition(':')[2]} in the configuration"
        command = types.Command(title, OPEN_ENTRY_COMMAND, arguments=[{"model": target}])
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, command=command)


async def configure_action(session: Session, tracked: Tracked, asked: Range) -> types.CodeAction | None:
    """At the name of an nn.Module that no entry names."""
    source = tracked.source
    if source.is_notebook or tracked.snapshot is None:
        return None
    named = [
        each.name
        for each in await definitions(session, tracked)
        if each.is_class and asked.start.line <= each.range.start.line <= asked.end.line
    ]
    if len(named) != 1:
        return None
    (name,) = named
    models = await defined_in(session, configured_models(session), source.path)
    if any(configured == name for _, configured in models):
        return None
    question = session.analyser.ask(tracked.project, lambda engine: engine.guess_model(source.path, name))
    try:
        guessed = await asyncio.wait_for(question, PATIENCE_SECONDS)
    except asyncio.TimeoutError:
        return None
    if guessed is None:
        return None
    title = f"Configure the dummy input of {name}"
    command = types.Command(title, CONFIGURE_COMMAND, arguments=[{"uri": source.uri, "class": name}])
    return types.CodeAction(title, types.CodeActionKind.Refactor, command=command)
