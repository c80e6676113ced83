"""What one verification has said by now, over all runs that it takes: a check that ends its process costs one more."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from torchready.finding import Finding
from torchready.probe import protocol
from torchready.probe.endings import Ending, crash_of, failed_outcome, not_tried
from torchready.probe.protocol import START, Event
from torchready.probe.verification import (
    CheckEnded,
    CheckOutcome,
    CheckStarted,
    Crash,
    Listener,
    Observation,
    Observed,
    Place,
    Request,
    Verification,
)

# Ends of a process that say nothing of the checks that were still to come. Those that were to come get a new one.
OF_ONE_CHECK = (None, "agent", "output", "processes")


@dataclass(slots=True)
class Watch:
    """What is known of one verification by now."""

    request: Request
    listen: Listener
    seconds_left: float
    started: float = field(default_factory=time.monotonic)
    outcomes: list[CheckOutcome] = field(default_factory=list[CheckOutcome])
    crashes: tuple[Crash, ...] = ()
    observation: Observation | None = None
    class_name: str | None = None
    class_place: Place | None = None
    files: tuple[Path, ...] = ()
    output: str = ""
    # Of the run that is under way.
    current: str | None = None
    current_since: float = 0.0
    exporter: str | None = None
    built: bool = False
    broken: str | None = None
    broken_detail: str = ""
    unheard: bool = True
    over: bool = False

    def next_request(self) -> Request:
        """Begin a run of the checks that have no outcome."""
        self.current = self.exporter = self.broken = None
        self.current_since, self.built, self.unheard, self.over = 0.0, False, True, False
        model = replace(self.request.model, checks=self.left)
        return replace(self.request, model=model, crashes=self.crashes)

    @property
    def left(self) -> tuple[str, ...]:
        done = {outcome.name for outcome in self.outcomes}
        return tuple(check for check in self.request.model.checks if check not in done)

    @property
    def target(self) -> str:
        return self.request.model.target

    @property
    def fallback(self) -> Place:
        """Where a finding goes that has no line in the code."""
        if self.class_place is not None:
            return self.class_place
        if self.request.place is not None:
            return self.request.place
        path = self.target.rpartition(":")[0]
        name = path if path.endswith(".py") else f"{path.replace('.', '/')}.py"
        return Place(str(self.request.root / name), START)

    def hear(self, event: Event) -> None:
        if event.get("event") == "exited" and event.get("reason") == "agent" and self.unheard:
            self.over = True
            return
        self.unheard = False
        match event.get("event"):
            case "check-started":
                self._started(event["check"])
            case "exporter-started":
                self.exporter = event["exporter"]
            case "check-ended":
                self._ended(protocol.outcome_of(event, self.fallback))
            case "loaded":
                self.class_name = event.get("class_name")
                self.class_place = protocol.place_of(event.get("class_place"))
                self.files = protocol.paths_of(event.get("files"))
            case "built":
                self.built = True
            case "observed":
                self._observed(protocol.observation_of(event, self.fallback))
            case "ended":
                self.files = protocol.paths_of(event.get("files"))
            case "broken":
                self.broken, self.broken_detail = event["message"], event.get("detail") or ""
            case "exited":
                self._exited(event)
            case _:
                pass

    def verification(self) -> Verification:
        found = [finding for outcome in self.outcomes for finding in outcome.findings]
        observed = self.observation.findings if self.observation else ()
        return Verification(
            model=self.target,
            checks=tuple(self.outcomes),
            findings=_each_once((*observed, *found)),
            observation=self.observation,
            class_name=self.class_name,
            class_place=self.class_place,
            files=self.files,
            output=self.output,
            seconds=time.monotonic() - self.started,
        )

    def _started(self, check: str) -> None:
        self.current_since = time.monotonic()
        if check != self.current:
            self.current = check
            self.listen(CheckStarted(self.target, check))

    def _observed(self, observation: Observation) -> None:
        # A later run goes through forward only to come where an earlier one ended.
        if self.observation is None:
            self.observation = observation
            self.listen(Observed(self.target, observation))

    def _ended(self, outcome: CheckOutcome) -> None:
        self.current = self.exporter = None
        self.outcomes.append(outcome)
        self.listen(CheckEnded(self.target, outcome))

    def _exited(self, event: Event) -> None:
        self.over = True
        self.output = "\n".join(filter(None, (self.output, event.get("output") or "")))
        left = self.left
        if not left:
            return
        ending = Ending(
            reason=event.get("reason"),
            status=int(event.get("status") or 0),
            stacks=event.get("stacks") or "",
            output=event.get("output") or "",
            built=self.built,
            seconds=time.monotonic() - (self.current_since or self.started),
            broken=self.broken,
            detail=self.broken_detail,
        )
        current = self.current if self.current in left else left[0]
        goes_on = self.observation is not None and ending.reason in OF_ONE_CHECK
        if goes_on and self.exporter is not None:
            self.crashes = (*self.crashes, crash_of(ending, self.request, self.exporter))
            return
        outcome = failed_outcome(ending, self.request, current, self.fallback)
        self._ended(outcome)
        for check in () if goes_on else self.left:
            self._ended(not_tried(check, outcome))


def _each_once(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(dict.fromkeys(findings)))
