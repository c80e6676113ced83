"""`--baseline` and `--write-baseline`: what a run leaves out because it is known, and how it gets known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from torchready.cli.checking import FileResult
from torchready.cli.options import CheckOptions
from torchready.cli.projects import Project
from torchready.finding import Finding
from torchready.output.listing import shown_path
from torchready.output.summary import counted
from torchready.text import Text
from torchready.workspace.baseline import (
    Baseline,
    BaselineError,
    Known,
    known_in,
    read_baseline,
    write_baseline,
)
from torchready.workspace.reading import SourceReadError, read_source

NewOnly = Callable[[Text, Sequence[Finding]], Sequence[Finding]]


@dataclass(slots=True)
class KnownFindings:
    """A run's baseline, and what of it was met by now."""

    baseline: Baseline
    _known: dict[Path, int] = field(default_factory=dict[Path, int])
    _stale: dict[Path, int] = field(default_factory=dict[Path, int])

    @property
    def known(self) -> int:
        return sum(self._known.values())

    def without_known(self, project: Project, result: FileResult) -> FileResult:
        """The result with those findings only that are new."""
        text = _text(result.path)
        if not result.is_complete or text is None:
            return result
        new = self.new_in(project, result.path, text, result.findings, parses=not result.problems)
        return replace(result, findings=new)

    def new_in(
        self, project: Project, path: Path, text: Text, findings: Sequence[Finding], *, parses: bool
    ) -> tuple[Finding, ...]:
        compared = self.baseline.compare(path, text, findings)
        self._known[path] = compared.known
        # Of a rule that did not look, and of code that did not parse, nobody knows.
        self._stale[path] = _active(compared.stale, project, path).total() if parses else 0
        return compared.new

    def only_new(self, path: Path) -> NewOnly:
        """For those who look at one file's text again and again, as fixes do."""
        return lambda text, findings: self.baseline.compare(path, text, findings).new

    def told(self) -> str:
        """Lines for the end of a run: what was left out, and what the baseline need not hold any more."""
        shown = shown_path(self.baseline.place.absolute(), Path.cwd())
        gone = sum(
            counts.total()
            for name, counts in self.baseline.files.items()
            if not self.baseline.path_of(name).exists()
        )
        lines: list[str] = []
        if self.known:
            lines.append(f"{counted(self.known, 'known finding')} of {shown} not shown.\n")
        if stale := sum(self._stale.values()) + gone:
            nothing = "its finding is gone" if stale == 1 else "their findings are gone"
            stale_ones = "1 entry" if stale == 1 else f"{stale} entries"
            lines.append(
                f"{stale_ones} of {shown} can go, {nothing}: --write-baseline removes what is stale.\n"
            )
        return "".join(lines)


def known_findings(options: CheckOptions) -> KnownFindings | None:
    """What the run leaves out; nothing when there is no baseline, or when this run writes it."""
    if options.baseline is None or options.write_baseline:
        return None
    try:
        return KnownFindings(read_baseline(options.baseline))
    except FileNotFoundError as error:
        raise click.UsageError(
            f"no such baseline: {options.baseline}. `--baseline {options.baseline} --write-baseline` writes it."
        ) from error
    except BaselineError as error:
        raise click.UsageError(str(error)) from error


def baseline_to_write(options: CheckOptions) -> Baseline | None:
    """The baseline as it is, which this run is to bring up to date. Read first: a long run must not be for nothing."""
    if options.baseline is None or not options.write_baseline:
        return None
    try:
        return read_baseline(options.baseline)
    except FileNotFoundError:
        return Baseline(options.baseline, {})
    except BaselineError as error:
        raise click.UsageError(f"--write-baseline replaces baselines only: {error}") from error


def update_baseline(
    old: Baseline, found: Mapping[Project, Sequence[Path]], results: Mapping[Path, FileResult]
) -> str:
    """Write what was found; returns what to tell. What this run did not look at stays as it was."""
    files = {name: known for name, known in old.files.items() if old.path_of(name).exists()}
    for project, paths in found.items():
        for path in paths:
            name = old.name_of(path)
            files[name] = _known_now(old.files.get(name, Counter()), project, results[path])
    try:
        write_baseline(Baseline(old.place, files))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise click.UsageError(f"--baseline {old.place} cannot be written: {reason}") from error
    before, after = _all(old.files), _all(files)
    shown = shown_path(old.place.absolute(), Path.cwd())
    added, removed = (after - before).total(), (before - after).total()
    return f"Wrote {counted(after.total(), 'known finding')} to {shown} ({added} added, {removed} removed).\n"


def _known_now(old: Counter[Known], project: Project, result: FileResult) -> Counter[Known]:
    text = _text(result.path)
    if not result.is_complete or text is None:
        return old
    now = known_in(text, result.findings)
    return now | old if result.problems else now + (old - _active(old, project, result.path))


def _active(known: Counter[Known], project: Project, path: Path) -> Counter[Known]:
    """Those whose rules look at this file in this run."""
    if not known:
        return known
    # Imported here because a run without news needs no rules.
    from torchready.rules.registry import RULES

    config = project.config
    ignored = config.ignored_in_file(path, project.root)
    active = {
        rule.code
        for rule in RULES
        if config.enabled(rule.code, config.profile in rule.profiles) and not rule.code.startswith(ignored)
    }
    return Counter({one: count for one, count in known.items() if one.code in active})


def _all(files: Mapping[str, Counter[Known]]) -> Counter[tuple[str, Known]]:
    return Counter({(name, one): count for name, known in files.items() for one, count in known.items()})


def _text(path: Path) -> Text | None:
    try:
        return Text(read_source(path).text)
    except SourceReadError:
        return None
