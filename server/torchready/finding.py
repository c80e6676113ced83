"""The one currency between all parts: a finding, its place, its evidence and its fix.

Lines and columns are counted from 0 in here; columns count code points. Only `output` and `lsp`
turn them into what their readers count in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import total_ordering
from typing import NamedTuple


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"


class Evidence(str, Enum):
    """Where a finding was seen: in the code, while the model ran, or in both."""

    SOURCE = "source"
    RUN = "run"
    BOTH = "both"


class Applicability(str, Enum):
    """Whether a fix is proven to change nothing but the spelling.

    A safe fix leaves outputs bit-equal (eval and train mode, same random state), the state-dict keys
    and the rest of the file unchanged. An unsafe one may change one of these, and says which.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"


class Position(NamedTuple):
    """A place between two characters. Line and column from 0; the column counts code points."""

    line: int
    column: int


class Range(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `range` by `content`. An empty range inserts, empty content deletes."""

    range: Range
    content: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way of repairing a finding.

    Fixes of one text that share an `isolation` name must not be applied in the same pass
    (two that would both create `__init__`, say). Edits are sorted and do not overlap.
    """

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]
    isolation: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedPlace:
    """Another place that explains a finding, such as the first use of a reused module."""

    filename: str
    range: Range
    message: str


class Tag(str, Enum):
    UNNECESSARY = "unnecessary"
    DEPRECATED = "deprecated"


@total_ordering
@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong at one range of one file.

    `class_name` is the class whose forward holds the finding, dotted if nested; None outside of classes.
    `symbol` is the full name of what is called (`torch.nn.functional.relu`) or the attribute path (`self.relu`).
    """

    code: str
    name: str
    message: str
    severity: Severity
    filename: str
    range: Range
    class_name: str | None = None
    symbol: str | None = None
    evidence: Evidence = Evidence.SOURCE
    fix: Fix | None = None
    related: tuple[RelatedPlace, ...] = field(default=())
    tags: tuple[Tag, ...] = field(default=())

    def __lt__(self, other: Finding) -> bool:
        return self.sort_key < other.sort_key

    @property
    def sort_key(self) -> tuple[str, Range, str, str]:
        return (self.filename, self.range, self.code, self.message)
