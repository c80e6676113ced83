"""What a rule is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from torchready.facts.analysis import Seen
from torchready.facts.events import Event, Site
from torchready.facts.project import Project
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs

E = TypeVar("E")


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A finding whose place still counts from its piece. `repair` builds the fix when it is wanted."""

    code: str
    site: Site
    message: str
    symbol: str
    class_name: str | None
    repair: Callable[[Repairs], Fix | Refusal] | None = None
    related: tuple[Site, str] | None = None
    # Where it differs from the rule's: what works but is worth knowing.
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What was seen from one entry, and what of the configuration decides which findings hold."""

    project: Project
    seen: Seen
    profile: str
    # The ONNX opset that the models are exported to, None for the exporter's own default.
    opset: int | None
    allow_functional: Callable[[str], bool]

    def events(self, kind: type[E]) -> Iterable[E]:
        events: tuple[Event, ...] = self.seen.events
        return (event for event in events if isinstance(event, kind))

    @property
    def severity_of_helpers(self) -> Severity | None:
        """Of what stands in a function that models may call outside of a graph as well; None for the rule's own."""
        return Severity.INFORMATION if self.seen.is_function else None

    def class_name(self, site: Site) -> str | None:
        """The class in which a site stands; None outside of classes."""
        return site.owner.qualified_name if site.owner is not None else None
