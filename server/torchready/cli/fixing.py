"""Applying fixes to files, or showing what they would change.

Files are repaired one after the other by one engine, bases before the classes that derive from them: two
files repaired side by side could each add an attribute of one name to one object.
"""

from __future__ import annotations

import ast
import os
import tempfile
import warnings
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import click

from torchready.cli.baseline import KnownFindings
from torchready.cli.checking import FileResult, engine_of
from torchready.cli.exits import ISSUES
from torchready.cli.projects import Project
from torchready.finding import Applicability, Finding
from torchready.workspace.cache import content_state
from torchready.workspace.reading import SourceFile, SourceReadError, read_source
from torchready.workspace.writing import (
    SourceChangedError,
    SourceWriteError,
    remove_stale_temporaries,
    write_source,
)

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from torchready.engine import Engine, Fixed

MOST_ATTEMPTS = 5
SECONDS_OF_SILENCE = 1


@dataclass(frozen=True, slots=True)
class FileFix:
    """A file before and after its fixes.

    `refusal` says why a file was left as it is, `failure` holds the traceback of a fix that broke. With
    neither and nothing applied, others changed the file since it was checked and left nothing to fix.
    """

    source: SourceFile
    text: str
    applied: tuple[Finding, ...]
    refusal: str | None = None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fixes are applied: unsafe ones when asked for, and none of findings that a baseline knows."""

    unsafe: bool
    known: KnownFindings | None = None

    def offered_by(self, finding: Finding) -> bool:
        return finding.fix is not None and (self.unsafe or finding.fix.applicability is Applicability.SAFE)

    def fixed(self, engine: Engine, path: Path, text: str) -> Fixed:
        only = self.known.only_new(path) if self.known else None
        return engine.fix_all(path, text, unsafe=self.unsafe, only=only)


def fix_files(project: Project, results: Sequence[FileResult], wanted: Wanted) -> Iterator[FileFix]:
    """Repair the files whose results offer fixes; yields those that changed, or could not be."""
    with _alone_in(project.root):
        # Another run may have changed any file before it was this one's turn.
        engine_of.cache_clear()
        remove_stale_temporaries(result.path.parent for result in results)
        for result in _bases_first(_fixable(results, wanted)):
            fix = _fix_file(project, result, wanted)
            if fix is not None:
                yield fix


def preview_fixes(project: Project, results: Sequence[FileResult], wanted: Wanted) -> list[FileFix]:
    """What `fix_files` would do, with nothing written; sorted by path."""
    fixes: list[FileFix] = []
    for result in _bases_first(_fixable(results, wanted)):
        fix = _computed_fix(project, result, wanted)
        if fix is None:
            continue
        fixes.append(fix)
        if fix.applied:
            # The files after this one must see it as it would be.
            engine_of(project).open(result.path, fix.text)
    for fix in fixes:
        engine_of(project).close(fix.source.path)
    return sorted(fixes, key=lambda fix: fix.source.path)


def broken_by_fix(before: str, after: str) -> bool:
    """Whether a fix made something of Python what was Python; a last line of defence."""
    return _parses(before) and not _parses(after)


def _fix_file(project: Project, result: FileResult, wanted: Wanted) -> FileFix | None:
    fix = None
    for _ in range(MOST_ATTEMPTS):
        fix = _computed_fix(project, result, wanted)
        if fix is None or not fix.applied:
            return fix
        try:
            written = write_source(fix.source, fix.text)
        except SourceChangedError:
            # An editor, or another program, was faster: repair what it wrote.
            engine_of(project).files_changed([result.path])
            continue
        except SourceWriteError as error:
            return _refused(fix.source, str(error))
        engine_of(project).files_changed([result.path])
        return FileFix(fix.source, written.text, fix.applied)
    return fix and _refused(fix.source, "other programs keep changing it")


def _computed_fix(project: Project, result: FileResult, wanted: Wanted) -> FileFix | None:
    """None when the file is still what was checked, or gone, and has nothing to fix."""
    path = result.path
    try:
        source = read_source(path)
    except SourceReadError:
        return None
    engine = engine_of(project)
    try:
        fixed = wanted.fixed(engine, path, source.text)
    except Exception:
        import traceback

        return FileFix(source, source.text, (), failure=traceback.format_exc())
    finally:
        engine.close(path)
    if fixed.text == source.text:
        is_what_was_checked = content_state(source.raw) == result.state
        return None if is_what_was_checked else FileFix(source, source.text, ())
    if broken_by_fix(source.text, fixed.text):
        codes = ", ".join(sorted({finding.code for finding in fixed.applied}))
        return _refused(source, f"the fixes of {codes} would leave it broken; please report this at {ISSUES}")
    return FileFix(source, fixed.text, fixed.applied)


def _refused(source: SourceFile, reason: str) -> FileFix:
    return FileFix(source, source.text, (), f"not fixed: {reason}")


def _fixable(results: Sequence[FileResult], wanted: Wanted) -> list[FileResult]:
    return [result for result in results if any(map(wanted.offered_by, result.findings))]


def _bases_first(results: Sequence[FileResult]) -> list[FileResult]:
    """Each result after those of the files that it depends on; in cycles, by path."""
    by_path = {str(result.path): result for result in results}
    ordered: dict[Path, FileResult] = {}
    for start in by_path.values():
        waiting = [(start, False)]
        entered: set[Path] = set()
        while waiting:
            result, is_left = waiting.pop()
            if is_left:
                ordered.setdefault(result.path, result)
            elif result.path not in entered and result.path not in ordered:
                entered.add(result.path)
                waiting.append((result, True))
                waiting += [(by_path[path], False) for path in result.dependencies if path in by_path]
    return list(ordered.values())


@contextmanager
def _alone_in(root: Path) -> Generator[None, None, None]:
    """Let a second `--fix` in the same project wait: it would decide on files that are about to change."""
    from filelock import FileLock

    name = blake2b(os.fsencode(root.resolve()), digest_size=8).hexdigest()
    user = os.getuid() if hasattr(os, "getuid") else 0
    place = Path(tempfile.gettempdir(), f"torchready-{user}-{name}.lock")
    try:
        lock = FileLock(place)
        _acquire(lock)
    except (OSError, NotImplementedError):
        # No place for a lock: each file is still compared with what was read from it before it is replaced.
        yield
        return
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: BaseFileLock) -> None:
    from filelock import Timeout

    try:
        lock.acquire(timeout=SECONDS_OF_SILENCE)  # pyright: ignore[reportUnknownMemberType]
    except Timeout:
        click.echo("Waiting for another torchready to finish its fixes here.", err=True)
        lock.acquire()  # pyright: ignore[reportUnknownMemberType]


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True
