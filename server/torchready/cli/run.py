"""What one run over files knows and does, whether it repairs or only reports."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from torchready.cli.baseline import KnownFindings
from torchready.cli.checking import FileResult, check_project
from torchready.cli.exits import Exit
from torchready.cli.messages import Messages
from torchready.cli.options import CheckOptions, processors
from torchready.cli.progress import ProgressBar
from torchready.cli.projects import Project
from torchready.finding import Finding
from torchready.workspace.cache import FOLDER_NAME, ResultCache, remove_unused
from torchready.workspace.imports import search_roots
from torchready.workspace.references import referring_files


@dataclass(slots=True)
class Run:
    """One run's options, where it reports, and what it knows by now of each file."""

    options: CheckOptions
    messages: Messages
    known: KnownFindings | None = None
    results: dict[Path, FileResult] = field(default_factory=dict[Path, FileResult])

    def check(self, found: dict[Project, list[Path]]) -> None:
        """Check the files and remember their results."""
        wanted = not (self.options.quiet or self.options.verbose)
        with ProgressBar(sum(map(len, found.values())), wanted) as bar:
            for project, paths in found.items():
                jobs = self.options.jobs or processors()
                with closing(cache) if (cache := self._cache(project)) else nullcontext():
                    for result in check_project(project, paths, cache, jobs, bar.advance):
                        self.results[result.path] = self._with_news_only(project, result)

    def _with_news_only(self, project: Project, result: FileResult) -> FileResult:
        return result if self.known is None else self.known.without_known(project, result)

    def sorted_results(self) -> list[FileResult]:
        return [self.results[path] for path in sorted(self.results)]

    def tell_problems(self) -> None:
        for result in self.sorted_results():
            if result.unreadable:
                self.messages.unreadable(result.path, result.unreadable)
            for message, span in result.problems:
                self.messages.unparsed(result.path, message, span)
            if result.failure:
                self.messages.failed(result.path, result.failure)

    def exit_code(self, is_failure: bool) -> Exit:
        """`is_failure` says whether something was found that the caller of the command should act on."""
        if any(result.failure for result in self.results.values()):
            return Exit.TOOL_FAILED
        return self.messages.exit_code(is_failure)

    def _cache(self, project: Project) -> ResultCache | None:
        if self.options.no_cache:
            return None
        folder = self.options.cache_dir or project.root / FOLDER_NAME
        root, config = project.root, project.config
        roots = search_roots(root, config.python)
        key = "\n".join((str(root), config.fingerprint(), *map(str, roots)))
        cache = ResultCache(folder, key, referring=partial(referring_files, root, config))
        cache.open()
        remove_unused(folder)
        return cache


def findings_of(results: Iterable[FileResult]) -> list[Finding]:
    return [finding for result in results for finding in result.findings]
