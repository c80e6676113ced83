"""Checking many files: what the cache knows, the rest in this process or in several."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from torchready.cli.projects import Project
from torchready.finding import Finding
from torchready.workspace import stored
from torchready.workspace.cache import ResultCache, content_state
from torchready.workspace.reading import SourceReadError, read_source

if TYPE_CHECKING:
    from torchready.engine import Engine

# Below this much text a second process takes longer to start than it saves.
BYTES_WORTH_A_PROCESS = 150_000
# Small enough for an even share and a steady progress bar, large enough for little traffic.
BYTES_PER_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class FileResult:
    """What is known of one file.

    `state` is the `content_state` of the text that was checked. `unreadable` says why there is no text,
    `failure` holds the traceback when the analysis itself broke; `remembered` ones come from the cache.
    """

    path: Path
    findings: tuple[Finding, ...] = ()
    problems: stored.Problems = ()
    dependencies: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    state: bytes = b""
    unreadable: str | None = None
    failure: str | None = None
    remembered: bool = False

    @property
    def is_complete(self) -> bool:
        return self.unreadable is None and self.failure is None


@cache
def engine_of(project: Project) -> Engine:
    """This process's engine for a project: what it learned of the workspace serves all files."""
    from torchready.engine import Engine

    # Trees are large and hold no cycles of their own: looking for cycles at the usual pace takes half of the time.
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)
    return Engine(project.config, project.root)


def check_file(project: Project, path: Path) -> FileResult:
    try:
        source = read_source(path)
    except SourceReadError as error:
        return FileResult(path, unreadable=error.reason)
    engine = engine_of(project)
    try:
        report = engine.check(path, source.text)
    except Exception:
        import traceback

        return FileResult(path, failure=traceback.format_exc())
    finally:
        engine.close(path)
    return FileResult(
        path,
        report.findings,
        tuple((problem.message, problem.range) for problem in report.syntax_problems),
        tuple(map(str, report.dependencies)),
        report.asked,
        content_state(source.raw),
    )


def check_project(
    project: Project,
    paths: Sequence[Path],
    cache: ResultCache | None,
    jobs: int,
    checked: Callable[[int], None],
) -> list[FileResult]:
    """A result for each path, in their order. `checked` hears how many files were done since it last did."""
    results = {path: result for path in paths if cache and (result := _remembered(cache, path))}
    checked(len(results))
    unknown = [path for path in paths if path not in results]
    for done in _check(project, unknown, jobs):
        for result in done:
            results[result.path] = result
            if cache and result.is_complete:
                content = stored.dump(result.findings, result.problems)
                cache.put(result.path, result.state, result.dependencies, content, result.asked)
        checked(len(done))
    return [results[path] for path in paths]


def _remembered(cache: ResultCache, path: Path) -> FileResult | None:
    remembered = cache.get(path)
    if remembered is None:
        return None
    try:
        findings, problems = stored.load(remembered.content)
    except (ValueError, TypeError, KeyError, IndexError):
        return None
    known = (remembered.dependencies, (), remembered.state)
    return FileResult(path, findings, problems, *known, remembered=True)


def _check(project: Project, paths: Sequence[Path], jobs: int) -> Iterator[list[FileResult]]:
    sizes = {path: _size(path) for path in paths}
    jobs = min(jobs, len(paths), 1 + sum(sizes.values()) // BYTES_WORTH_A_PROCESS)
    if jobs <= 1:
        yield from ([check_file(project, path)] for path in paths)
        return
    # Imported here because most runs, after an edit or from an editor, need one process only.
    from torchready.cli.workers import check_in_processes

    # Large files first: one that starts last would keep a single process busy while the others are done.
    ordered = sorted(paths, key=lambda path: (-sizes[path], path))
    yield from check_in_processes(project, list(_batches(ordered, sizes)), jobs)


def _batches(paths: Sequence[Path], sizes: dict[Path, int]) -> Iterator[list[Path]]:
    batch: list[Path] = []
    for path in paths:
        batch.append(path)
        if sum(sizes[member] for member in batch) >= BYTES_PER_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
