"""`--fix` and `--diff` over all files of a run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from torchready.cli.checking import FileResult, engine_of
from torchready.cli.exits import Exit
from torchready.cli.fixing import FileFix, Wanted, fix_files, preview_fixes
from torchready.cli.printing import print_bytes
from torchready.cli.projects import Project
from torchready.cli.run import Run, findings_of
from torchready.output.diff import unified
from torchready.output.listing import shown_path
from torchready.output.terminal import wants_color

# A repaired file can change what is found in files that import it; each round looks at those again.
MOST_ROUNDS = 5


def repair(run: Run, found: dict[Project, list[Path]]) -> int:
    """Fix the files and check anew what may have changed; returns how many findings were fixed."""
    return sum(_repair_project(run, project, paths) for project, paths in found.items())


def print_diff(run: Run, found: dict[Project, list[Path]]) -> Exit:
    colored = wants_color(sys.stdout, run.options.color)
    applied = 0
    for project, paths in found.items():
        results = [run.results[path] for path in paths]
        for fix in _told(run, preview_fixes(project, results, _wanted(run))):
            applied += len(fix.applied)
            print_bytes(diff_bytes(fix, shown_path(fix.source.path, Path.cwd()), colored))
    run.tell_problems()
    noun = "finding" if applied == 1 else "findings"
    run.messages.summary(f"Would fix {applied} {noun}.\n" if applied else "No fixes to apply.\n")
    run.messages.summary(run.known.told() if run.known else "")
    return run.exit_code(applied > 0)


def diff_bytes(fix: FileFix, name: str, colored: bool) -> bytes:
    """The diff in the file's own encoding, so that it can be applied to the file."""
    mark = "\ufeff" if fix.source.encoding == "utf-8-sig" else ""
    diff = unified(name, mark + fix.source.text, mark + fix.text, colored)
    return diff.encode(fix.source.encoding.removesuffix("-sig"), "backslashreplace")


def _wanted(run: Run) -> Wanted:
    return Wanted(run.options.unsafe_fixes, run.known)


def _repair_project(run: Run, project: Project, paths: Sequence[Path]) -> int:
    applied = 0
    waiting = set(paths)
    for _ in range(MOST_ROUNDS):
        results = [run.results[path] for path in paths if path in waiting]
        if not any(map(_wanted(run).offered_by, findings_of(results))):
            break
        fixes = list(_told(run, fix_files(project, results, _wanted(run))))
        if not fixes:
            break
        applied += sum(len(fix.applied) for fix in fixes)
        waiting = _affected(run.results, {fix.source.path for fix in fixes})
        # What was remembered of words that the fixes removed would count as used still.
        engine_of.cache_clear()
        run.check({project: [path for path in paths if path in waiting]})
    return applied


def _told(run: Run, fixes: Iterable[FileFix]) -> Iterable[FileFix]:
    """The fixes that went well; what kept the others from it is told."""
    for fix in fixes:
        path = fix.source.path
        if fix.failure:
            run.results[path] = replace(run.results[path], failure=fix.failure)
        elif fix.refusal:
            run.messages.refused(path, fix.refusal)
        else:
            yield fix


def _affected(results: dict[Path, FileResult], changed: set[Path]) -> set[Path]:
    names = {str(path) for path in changed}
    dependents = (path for path, result in results.items() if not names.isdisjoint(result.dependencies))
    return {*changed, *dependents}
