"""What the runs of models found, moved along with the text since.

Immutable. While a run is under way, what it has not checked anew stays as the last run left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from torchready.finding import Finding, Range, RelatedPlace, Severity
from torchready.lsp.following import Followed
from torchready.text import Change, Text

if TYPE_CHECKING:
    from torchready.lsp.models import Key, Model
    from torchready.probe.verification import CheckOutcome, Observation, Verification

# A finding's code and where it stands in its file.
Place: TypeAlias = tuple[str, Range]

OUTDATED = " (from the last run: this line changed since)"


@dataclass(frozen=True, eq=False)
class Run:
    """One run of a model, as far as it has come. `texts` are the files it was about, as they were read for it.

    `check` is what is being checked now; None before the first one and after the end. `began` and `ended` are times of
    `time.time`. `attempt` is whoever writes it.
    """

    model: Model
    verification: Verification
    texts: Mapping[Path, Followed] = field(default_factory=dict[Path, Followed])
    attempt: object = None
    began: float = 0.0
    check: str | None = None
    ended: float | None = None

    @cached_property
    def is_outdated(self) -> bool:
        """Whether any of its files says something else to Python now."""
        return any(followed.first_difference is not None for followed in self.texts.values())

    @cached_property
    def moved(self) -> Verification:
        """The verification at the places where its lines are now."""
        found = self.verification
        if all(followed.is_same for followed in self.texts.values()):
            return found
        seen = found.observation
        return replace(
            found,
            checks=tuple(
                replace(check, findings=_moved(check.findings, self.texts)) for check in found.checks
            ),
            findings=_moved(found.findings, self.texts),
            observation=None if seen is None else self._moved_observation(seen),
        )

    def _moved_observation(self, seen: Observation) -> Observation:
        # What ran says nothing of code that changed since, nor of what that code calls.
        executed = {} if self.is_outdated else self._moved_lines(seen)
        return replace(seen, executed=executed, findings=_moved(seen.findings, self.texts))

    def _moved_lines(self, seen: Observation) -> dict[str, frozenset[int]]:
        moved: dict[str, frozenset[int]] = {}
        for filename, lines in seen.executed.items():
            followed = self.texts.get(Path(filename))
            there = lines if followed is None else (followed.same_line(line) for line in lines)
            moved[filename] = frozenset(line for line in there if line is not None)
        return moved

    def edited(self, path: Path, changes: Sequence[Change]) -> Run:
        return self.with_text(path, self.texts[path].changed(changes))

    def with_text(self, path: Path, followed: Followed) -> Run:
        return replace(self, texts={**self.texts, path: followed})


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of one model: its last run that ended, and the one under way."""

    ended: Run | None = None
    current: Run | None = None

    @cached_property
    def verification(self) -> Verification | None:
        """Both together, in the text as it is now."""
        if self.current is None or self.ended is None:
            run = self.current or self.ended
            return None if run is None else run.moved
        return _completed(self.current.moved, self.ended.moved)

    @cached_property
    def filenames(self) -> frozenset[str]:
        """The files whose findings it has a say in."""
        found = self.verification
        if found is None:
            return frozenset()
        executed = tuple(found.observation.executed) if found.observation else ()
        return frozenset((*executed, *(finding.filename for finding in all_findings(found))))

    @property
    def runs(self) -> tuple[Run, ...]:
        return tuple(run for run in (self.ended, self.current) if run is not None)

    @property
    def last_observed(self) -> Run | None:
        """The newest run whose forward was seen to its end."""
        return next((run for run in reversed(self.runs) if run.verification.observation is not None), None)

    def reports(self, key: Key, filename: str) -> Iterator[tuple[Place, Report]]:
        """The checks that have more to say about findings in a file."""
        if self.verification is None or filename not in self.filenames:
            return
        for check in self.verification.checks:
            for finding in check.findings:
                if finding.filename == filename:
                    yield (finding.code, finding.range), Report(key, check.name)

    def edited(self, path: Path, changes: Sequence[Change]) -> Known:
        return Known(
            _edited(self.ended, path, changes),
            _edited(self.current, path, changes),
        )

    def with_text(self, path: Path, now: Text) -> Known:
        return Known(_with_text(self.ended, path, now), _with_text(self.current, path, now))


@dataclass(frozen=True, slots=True)
class Report:
    """The full report of one check of a model."""

    key: Key
    check: str

    @property
    def title(self) -> str:
        return f"{self.check} of {self.key[1].rpartition(':')[2]}"


def all_findings(verification: Verification) -> tuple[Finding, ...]:
    """Those of a verification that is under way, too, which has no sum yet."""
    seen = verification.observation.findings if verification.observation else ()
    of_checks = (finding for check in verification.checks for finding in check.findings)
    return tuple(dict.fromkeys((*verification.findings, *seen, *of_checks)))


def together(verifications: Sequence[Verification]) -> Verification:
    """Several models' runs as one: what any of them saw was seen, whatever else the others did."""
    if len(verifications) == 1:
        return verifications[0]
    findings: dict[tuple[str, str, Range], Finding] = {}
    executed: dict[str, frozenset[int]] = {}
    checks: dict[object, CheckOutcome] = {}
    for verification in verifications:
        for finding in verification.findings:
            findings.setdefault((finding.code, finding.filename, finding.range), finding)
        forward = next((check for check in verification.checks if check.name == "forward"), None)
        if forward is None or forward.status.value != "passed" or verification.observation is None:
            continue
        checks[forward.name] = forward
        for filename, lines in verification.observation.executed.items():
            executed[filename] = executed.get(filename, frozenset()) | lines
    first = verifications[0]
    observation = next((each.observation for each in verifications if each.observation), None)
    return replace(
        first,
        checks=tuple(checks.values()),
        findings=tuple(findings.values()),
        observation=observation and replace(observation, executed=executed),
    )


def _completed(new: Verification, old: Verification) -> Verification:
    """What a run under way has found, and of the last one what it has not come to."""
    done = {check.name for check in new.checks}
    kept = tuple(check for check in old.checks if check.name not in done)
    observation = new.observation
    if observation is None and "forward" not in done:
        observation = old.observation
    checks = (*new.checks, *kept)
    sum_so_far = all_findings(replace(new, checks=checks, observation=observation))
    return replace(new, checks=checks, observation=observation, findings=sum_so_far)


def _edited(run: Run | None, path: Path, changes: Sequence[Change]) -> Run | None:
    return run if run is None or path not in run.texts else run.edited(path, changes)


def _with_text(run: Run | None, path: Path, now: Text) -> Run | None:
    if run is None or path not in run.texts or run.texts[path].now.content == now.content:
        return run
    return run.with_text(path, Followed.start(run.texts[path].before, now))


def _moved(findings: Iterable[Finding], texts: Mapping[Path, Followed]) -> tuple[Finding, ...]:
    there = (_moved_finding(finding, texts) for finding in findings)
    return tuple(finding for finding in there if finding is not None)


def _moved_finding(finding: Finding, texts: Mapping[Path, Followed]) -> Finding | None:
    """At its place now; as a hint where its line was edited; None where its line is gone."""
    followed = texts.get(Path(finding.filename))
    related = _moved_places(finding.related, texts)
    if followed is None or followed.is_same:
        return finding if related == finding.related else replace(finding, related=related)
    span = followed.same_range(finding.range)
    if span is not None:
        return replace(finding, range=span, related=related)
    line = followed.edited_line(finding.range)
    if line is None:
        return None
    message = finding.message + OUTDATED
    return replace(finding, range=line, related=related, message=message, severity=Severity.HINT, fix=None)


def _moved_places(places: Iterable[RelatedPlace], texts: Mapping[Path, Followed]) -> tuple[RelatedPlace, ...]:
    moved: list[RelatedPlace] = []
    for place in places:
        followed = texts.get(Path(place.filename))
        span = place.range if followed is None else followed.same_range(place.range)
        if span is not None:
            moved.append(place if span == place.range else replace(place, range=span))
    return tuple(moved)
