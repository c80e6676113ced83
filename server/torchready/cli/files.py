"""`check` over files and folders: find, check, repair, print."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from torchready.cli.checking import FileResult, check_project
from torchready.cli.exits import Exit
from torchready.cli.fixing import FileFix, fix_files, offers_fix, preview_fixes
from torchready.cli.messages import Messages
from torchready.cli.options import CheckOptions, processors
from torchready.cli.printing import print_bytes, print_findings
from torchready.cli.progress import ProgressBar
from torchready.cli.projects import Project, Projects
from torchready.output.diff import unified
from torchready.output.listing import shown_path
from torchready.output.summary import summary
from torchready.output.terminal import wants_color
from torchready.workspace.cache import FOLDER_NAME, ResultCache, remove_unused

# A repaired file can change what is found in files that import it; each round looks at those again.
MOST_ROUNDS = 5


@dataclass(slots=True)
class Run:
    """One run's options, where it reports, and what it knows by now."""

    options: CheckOptions
    messages: Messages
    results: dict[Path, FileResult] = field(default_factory=dict[Path, FileResult])
    fixes: list[FileFix] = field(default_factory=list[FileFix])


def check_files(options: CheckOptions) -> Exit:
    started = time.monotonic()
    run = Run(options, Messages(options))
    found = Projects(options, run.messages.unreadable).files()
    if not found:
        run.messages.warning("no Python files found under the given paths")
    check_all(run, found)
    code = _print_diff(run, found) if options.diff else _report(run, found)
    remembered = sum(result.remembered for result in run.results.values())
    seconds = time.monotonic() - started
    run.messages.note(f"Checked {len(run.results)} files ({remembered} from the cache) in {seconds:.2f} s.")
    return code


def check_all(run: Run, found: dict[Project, list[Path]]) -> None:
    """Check the files and put their results into the run."""
    wanted = not (run.options.quiet or run.options.verbose)
    with ProgressBar(sum(map(len, found.values())), wanted) as bar:
        for project, paths in found.items():
            jobs = run.options.jobs or processors()
            with closing(cache) if (cache := _cache(run, project)) else nullcontext():
                for result in check_project(project, paths, cache, jobs, bar.advance):
                    run.results[result.path] = result


def _report(run: Run, found: dict[Project, list[Path]]) -> Exit:
    options = run.options
    if options.fix:
        _fix(run, found)
    results = [run.results[path] for path in sorted(run.results)]
    _tell_problems(run, results)
    findings = [finding for result in results for finding in result.findings]
    print_findings(findings, options)
    fixed = sum(len(fix.applied) for fix in run.fixes)
    run.messages.summary(summary(findings, fixed, options.unsafe_fixes))
    if any(result.failure for result in results):
        return Exit.TOOL_FAILED
    is_failure = bool(findings) or (fixed > 0 and options.exit_non_zero_on_fix)
    return Exit.FINDINGS if is_failure and not options.exit_zero else Exit.NOTHING_FOUND


def _fix(run: Run, found: dict[Project, list[Path]]) -> None:
    for project, paths in found.items():
        waiting: Iterable[Path] = paths
        refused: set[Path] = set()
        for _ in range(MOST_ROUNDS):
            results = [run.results[path] for path in waiting if path not in refused]
            fixes = list(_applied(run, project, results))
            refused |= {fix.source.path for fix in fixes if fix.refusal}
            changed = {fix.source.path for fix in fixes if not fix.refusal}
            if not changed:
                break
            waiting = _affected(run, paths, changed)
            check_all(run, {project: list(waiting)})


def _applied(run: Run, project: Project, results: Sequence[FileResult]) -> Iterable[FileFix]:
    if not any(
        offers_fix(finding, run.options.unsafe_fixes) for result in results for finding in result.findings
    ):
        return
    for fix in fix_files(project, results, run.options.unsafe_fixes):
        if fix.refusal:
            run.messages.refused(fix.source.path, fix.refusal)
        elif fix.applied:
            run.messages.note(f"Fixed {len(fix.applied)} findings in {fix.source.path}.")
        run.fixes.append(fix)
        yield fix


def _affected(run: Run, paths: Sequence[Path], changed: set[Path]) -> list[Path]:
    names = {str(path) for path in changed}
    return [path for path in paths if path in changed or not names.isdisjoint(run.results[path].dependencies)]


def _print_diff(run: Run, found: dict[Project, list[Path]]) -> Exit:
    options = run.options
    colored = wants_color(sys.stdout, options.color)
    applied = 0
    for project, paths in found.items():
        results = [run.results[path] for path in paths]
        for fix in preview_fixes(project, results, options.unsafe_fixes):
            if fix.refusal:
                run.messages.refused(fix.source.path, fix.refusal)
                continue
            applied += len(fix.applied)
            print_bytes(diff_bytes(fix, shown_path(fix.source.path, Path.cwd()), colored))
    results = [run.results[path] for path in sorted(run.results)]
    _tell_problems(run, results)
    noun = "finding" if applied == 1 else "findings"
    run.messages.summary(f"Would fix {applied} {noun}.\n" if applied else "No fixes to apply.\n")
    if any(result.failure for result in results):
        return Exit.TOOL_FAILED
    return Exit.FINDINGS if applied and not options.exit_zero else Exit.NOTHING_FOUND


def diff_bytes(fix: FileFix, name: str, colored: bool) -> bytes:
    """The diff in the file's own encoding, so that it can be applied to the file."""
    mark = "\ufeff" if fix.source.encoding == "utf-8-sig" else ""
    encoding = fix.source.encoding.removesuffix("-sig")
    return unified(name, mark + fix.source.text, mark + fix.text, colored).encode(
        encoding, "backslashreplace"
    )


def _tell_problems(run: Run, results: Iterable[FileResult]) -> None:
    for result in results:
        if result.unreadable:
            run.messages.unreadable(result.path, result.unreadable)
        for message, span in result.problems:
            run.messages.unparsed(result.path, message, span)
        if result.failure:
            run.messages.failed(result.path, result.failure)


def _cache(run: Run, project: Project) -> ResultCache | None:
    options = run.options
    if options.no_cache:
        return None
    folder = options.cache_dir or project.root / FOLDER_NAME
    cache = ResultCache(folder, f"{project.root}\n{project.config.fingerprint()}")
    cache.open()
    remove_unused(folder)
    return cache
