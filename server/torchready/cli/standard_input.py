"""`check -`: one text from standard input, for editors without a language client."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.cli.baseline import KnownFindings, known_findings
from torchready.cli.checking import engine_of
from torchready.cli.exits import Exit
from torchready.cli.fixing import FileFix, Wanted, broken_by_fix
from torchready.cli.messages import Messages
from torchready.cli.options import CheckOptions
from torchready.cli.printing import print_bytes, print_findings
from torchready.cli.projects import Project, Projects
from torchready.cli.repairing import diff_bytes
from torchready.finding import Finding
from torchready.output.listing import STANDARD_INPUT
from torchready.output.summary import summary
from torchready.text import Text
from torchready.workspace.reading import SourceFile, SourceReadError, decoded, standard_input_bytes

if TYPE_CHECKING:
    from torchready.engine import Report

UNNAMED = "standard_input.py"


def check_standard_input(options: CheckOptions) -> Exit:
    path = Path(os.path.normpath((options.stdin_filename or Path(UNNAMED)).absolute()))
    project = Projects(options).of_folder(path.parent)
    raw = standard_input_bytes()
    messages = Messages(options)
    known = known_findings(options)
    try:
        source = decoded(path, raw)
    except SourceReadError as error:
        messages.unreadable(_shown(options), error.reason)
        if options.fix:
            # Editors replace their text by what comes out.
            print_bytes(raw)
        if not options.diff:
            print_findings((), options, to_error=options.fix, gaps=messages.gaps)
        return messages.exit_code(is_failure=False)
    if options.fix or options.diff:
        return _repair(project, source, options, messages, known)
    report = engine_of(project).check(path, source.text)
    _tell_problems(report, options, messages)
    findings = _news(project, source, report, known)
    return _finish(findings, 0, source, options, messages, known)


def _repair(
    project: Project,
    source: SourceFile,
    options: CheckOptions,
    messages: Messages,
    known: KnownFindings | None,
) -> Exit:
    wanted = Wanted(options.unsafe_fixes, known)
    fixed = wanted.fixed(engine_of(project), source.path, source.text)
    _tell_problems(fixed.remaining, options, messages)
    shown = _shown(options)
    fix = FileFix(source, fixed.text, fixed.applied)
    if broken_by_fix(source.text, fixed.text):
        messages.refused(shown, "not fixed: the fixes would leave it broken")
        fix = FileFix(source, source.text, ())
    if options.diff:
        print_bytes(diff_bytes(fix, str(shown), colored=False))
        return messages.exit_code(fix.text != source.text)
    print_bytes(source.encoded(fix.text))
    written = replace(source, text=fix.text)
    findings = _news(project, written, fixed.remaining, known)
    return _finish(findings, len(fix.applied), written, options, messages, known)


def _news(
    project: Project, source: SourceFile, report: Report, known: KnownFindings | None
) -> tuple[Finding, ...]:
    if known is None:
        return report.findings
    parses = not report.syntax_problems
    return known.new_in(project, source.path, Text(source.text), report.findings, parses=parses)


def _finish(
    findings: tuple[Finding, ...],
    fixed: int,
    source: SourceFile,
    options: CheckOptions,
    messages: Messages,
    known: KnownFindings | None,
) -> Exit:
    if options.stdin_filename is None:
        findings = tuple(replace(finding, filename=STANDARD_INPUT) for finding in findings)
    texts = {str(source.path): source.text, STANDARD_INPUT: source.text}
    print_findings(findings, options, texts, to_error=options.fix, gaps=messages.gaps)
    number = known.known if known else 0
    messages.summary(summary(findings, fixed, options.unsafe_fixes, messages.complete, number))
    messages.summary(known.told() if known else "")
    is_failure = bool(findings) or (fixed > 0 and options.exit_non_zero_on_fix)
    return messages.exit_code(is_failure)


def _tell_problems(report: Report, options: CheckOptions, messages: Messages) -> None:
    for problem in report.syntax_problems:
        messages.unparsed(_shown(options), problem.message, problem.range)


def _shown(options: CheckOptions) -> Path:
    return options.stdin_filename or Path(STANDARD_INPUT)
