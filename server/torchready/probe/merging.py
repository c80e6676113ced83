"""The findings of the source and those of a run, as one list: confirmed, refuted, or new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from torchready.finding import Evidence, Finding, Range, Severity
from torchready.probe.verification import Observation, Status, Verification

# What one forward under observation shows for sure. The other rules look at what a forward does not show:
# how modules are built and registered, what other inputs would do.
REFUTABLE = frozenset({"TR101", "TR102", "TR201", "TR202"})
NOT_SEEN = "not seen when the model ran on its dummy input"


def merge(static: Sequence[Finding], verification: Verification) -> tuple[Finding, ...]:
    """All findings, sorted. Evidence is `both` where a run saw what the source says.

    What a run did not see although it executed the line is a hint, and says so. A run that ended in the middle
    refutes nothing.
    """
    observation = verification.observation if _ran_to_its_end(verification) else None
    exact = {_place(finding) for finding in static}
    used: set[Finding] = set()
    merged: list[Finding] = []
    for finding in static:
        seen = [other for other in verification.findings if _confirms(other, finding, exact)]
        used.update(seen)
        if seen:
            merged.append(_confirmed(finding, seen))
        elif observation is not None and _is_refuted(finding, observation):
            merged.append(_refuted(finding))
        else:
            merged.append(finding)
    new = (finding for finding in verification.findings if finding not in used)
    return tuple(sorted((*merged, *new)))


def together(found: Iterable[Sequence[Finding]]) -> list[Finding]:
    """The findings of several models as one list: what the run of one confirmed is confirmed, whatever others saw."""
    best: dict[tuple[str, str, Range, str], Finding] = {}
    for finding in (finding for findings in found for finding in findings):
        key = (*_place(finding), finding.message.removesuffix(f" ({NOT_SEEN})"))
        best[key] = max(best.get(key, finding), finding, key=_weight)
    return sorted(best.values())


def _weight(finding: Finding) -> int:
    if finding.evidence is not Evidence.SOURCE:
        return 2
    return 1 if finding.message.endswith(NOT_SEEN + ")") else 0


def about_the_model(static: Sequence[Finding], verification: Verification) -> tuple[Finding, ...]:
    """Of the findings in the model's files those that are about this model: its classes, and code that it ran."""
    observation = verification.observation
    classes = set(_classes(verification))
    return tuple(
        finding
        for finding in static
        if (observation is not None and _ran(finding, observation))
        or (finding.filename, finding.class_name) in classes
    )


def _confirms(other: Finding, finding: Finding, exact: set[tuple[str, str, Range]]) -> bool:
    """Whether what a run saw is what the source says. A run may know no more than the line of it.

    In `x.relu().relu()` one place holds another, so what is exactly at the place of one confirms only that.
    """
    if other.code != finding.code or other.filename != finding.filename:
        return False
    if other.range == finding.range:
        return True
    overlaps = other.range.start < finding.range.end and finding.range.start < other.range.end
    return overlaps and _place(other) not in exact


def _place(finding: Finding) -> tuple[str, str, Range]:
    return finding.code, finding.filename, finding.range


def _ran_to_its_end(verification: Verification) -> bool:
    return any(check.name == "forward" and check.status is Status.PASSED for check in verification.checks)


def _confirmed(finding: Finding, seen: Sequence[Finding]) -> Finding:
    related = dict.fromkeys((*finding.related, *(place for other in seen for place in other.related)))
    places = {(place.filename, place.range): place for place in reversed(related)}
    return replace(finding, evidence=Evidence.BOTH, related=tuple(reversed(places.values())))


def _is_refuted(finding: Finding, observation: Observation) -> bool:
    return finding.code in REFUTABLE and _ran(finding, observation)


def _ran(finding: Finding, observation: Observation) -> bool:
    return finding.range.start.line in observation.executed.get(finding.filename, frozenset[int]())


def _refuted(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.HINT, message=f"{finding.message} ({NOT_SEEN})")


def _classes(verification: Verification) -> Iterator[tuple[str, str]]:
    """File and name, dotted if nested, of every class of the user's that the model consists of."""
    place, name = verification.class_place, verification.class_name
    if place is not None and name is not None:
        yield from ((place.filename, tail) for tail in _tails(name))
    for module in verification.observation.modules if verification.observation else ():
        if module.defined is not None:
            yield from ((module.defined.filename, tail) for tail in _tails(module.class_name))


def _tails(name: str) -> Iterator[str]:
    """`pkg.net.Outer.Inner` without its module, which may have any number of parts: all that it can be."""
    parts = name.split(".")
    yield from (".".join(parts[start:]) for start in range(len(parts)))
