"""`verify` over models: find the interpreter, run, merge with what the source says, print."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from torchready.cli.checking import engine_of
from torchready.cli.exits import Exit
from torchready.cli.messages import Messages
from torchready.cli.options import VerifyOptions
from torchready.cli.printing import is_colored, print_text, write_file
from torchready.cli.projects import Project as CheckedProject
from torchready.cli.runners import start_runner
from torchready.cli.verify_progress import VerifyProgress
from torchready.cli.wanted_models import Project, Wanted, groups, wanted_models
from torchready.finding import Finding
from torchready.output.report import report_page
from torchready.output.verification import (
    VerifiedModel,
    VerifyListing,
    outcome_table,
    summary_of_models,
    verify_format,
)
from torchready.probe.errors import ProbeError
from torchready.probe.merging import about_the_model, merge
from torchready.probe.selection import selected
from torchready.probe.verification import Verification
from torchready.workspace.reading import SourceReadError, read_source


def verify_models(options: VerifyOptions) -> Exit:
    started = time.monotonic()
    messages = Messages(options)
    wanted = wanted_models(options)
    with VerifyProgress(len(wanted), wanted=not (options.quiet or options.verbose)) as progress:
        try:
            models = asyncio.run(_verify_all(wanted, options, messages, progress))
        except ProbeError as error:
            progress.stop()
            for line in (error.detail or "").splitlines():
                messages.note(line)
            messages.error(f"{error}.")
            return Exit.WRONG_USE
    listing = VerifyListing(models, Path.cwd(), is_colored(options), time.monotonic() - started)
    print_text(verify_format(options.output_format)(listing), options)
    if options.report is not None:
        write_file(options.report, report_page(models), "--report")
    _tell(models, listing, messages, options)
    is_failure = any(model.findings or not model.verification.passed for model in models)
    return Exit.FINDINGS if is_failure and not options.exit_zero else Exit.NOTHING_FOUND


def _tell(
    models: Sequence[VerifiedModel], listing: VerifyListing, messages: Messages, options: VerifyOptions
) -> None:
    for model in models:
        output = model.verification.output.strip()
        if output and options.verbose:
            messages.note(f"{model.name} printed:")
            for line in output.splitlines():
                messages.note(f"  {line}")
    messages.summary(outcome_table(listing, messages.colored) + summary_of_models(listing))


async def _verify_all(
    wanted: Sequence[Wanted], options: VerifyOptions, messages: Messages, progress: VerifyProgress
) -> list[VerifiedModel]:
    results: dict[int, VerifiedModel] = {}
    for project, models in groups(wanted).items():
        verifications = await _verify_project(project, models, options, messages, progress)
        for model, verification in zip(models, verifications, strict=True):
            results[id(model)] = verified(model, verification)
    return [results[id(model)] for model in wanted]


async def _verify_project(
    project: Project,
    models: Sequence[Wanted],
    options: VerifyOptions,
    messages: Messages,
    progress: VerifyProgress,
) -> list[Verification]:
    checks = {check for model in models for check in model.request.model.checks}
    runner, places = await start_runner(project, options, messages, checks if len(models) > 1 else set[str]())
    room = asyncio.Semaphore(places)

    async def verify(model: Wanted) -> Verification:
        async with room:
            line = progress.begin(model.name)
            try:
                return await runner.verify(model.request, line.hear)
            finally:
                line.end()

    try:
        return list(await asyncio.gather(*map(verify, models)))
    finally:
        await runner.close()


def verified(model: Wanted, verification: Verification) -> VerifiedModel:
    """What the run found and what the source says of the same model, as the configuration wants it."""
    project = model.project
    verification = selected(verification, project.config, project.root)
    static = about_the_model(static_findings(project, verification), verification)
    return VerifiedModel(model.name, verification, merge(static, verification))


def static_findings(project: Project, verification: Verification) -> list[Finding]:
    checked = CheckedProject(project.root, project.config)
    return [finding for path in verification.files for finding in _findings_of(checked, path)]


@cache
def _findings_of(project: CheckedProject, path: Path) -> tuple[Finding, ...]:
    try:
        text = read_source(path).text
    except SourceReadError:
        return ()
    engine = engine_of(project)
    report = engine.check(path, text)
    engine.close(path)
    return report.findings
