"""What a verification is asked, what it tells on the way, and what it answers in the end.

Plain data for everybody above: the terminal, the editor, the report. The agent writes the same fields as JSON.
Lines and columns count from 0, columns in code points, as everywhere in the house.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from torchready.config.model import ModelConfig
from torchready.finding import Finding, Range


class Status(str, Enum):
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Request:
    """One model to verify.

    `root` is the folder that imports and relative paths count from. `overlays` are texts that stand in for files
    on disk: unsaved buffers. `memory` limits the run's address space, in bytes; None is the machine's memory.
    `place` is where the model's entry stands in the configuration, for what has no line in the code. `crashes` are
    exporters that are not to be tried again.
    """

    model: ModelConfig
    root: Path
    overlays: Mapping[Path, str] = field(default_factory=dict[Path, str])
    memory: int | None = None
    place: Place | None = None
    crashes: tuple[Crash, ...] = ()


@dataclass(frozen=True, slots=True)
class Crash:
    """An exporter that ended the process it ran in. `message` goes on where "it" left off: `ended its process: ...`."""

    exporter: str
    message: str
    detail: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How one check ended. `message` is one line for a person; `detail` the full traceback or exporter's report."""

    name: str
    status: Status
    seconds: float = 0.0
    message: str | None = None
    detail: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file of the user's."""

    filename: str
    range: Range


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One call of a module in the forward on the dummy input.

    `place` is the call site in the user's code, None when torch's own code calls it (inside a Sequential).
    `inputs` and `outputs` say shape and dtype as people write them: `float32[1, 3, 224, 224]`.
    """

    place: Place | None
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ModuleNode:
    """One module of the model's tree, parents before children. `path` is dotted, empty for the model itself.

    `class_name` is the full name; `defined` where its class stands if that is the user's file; `registered` where
    it was registered, if seen. `parameters` counts its own and its children's numbers.
    """

    path: str
    class_name: str
    parameters: int
    calls: tuple[ModuleCall, ...] = ()
    defined: Place | None = None
    registered: Place | None = None


@dataclass(frozen=True, slots=True)
class TensorSeen:
    """A tensor that a statement in the user's code assigned: what an inlay hint shows behind the name."""

    place: Place
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Observation:
    """What one eager forward showed.

    `executed` holds the lines (from 0) of the user's files that ran. `findings` are what only a run can know for
    sure (reuse, functionals, hazards), with evidence `run`.
    """

    executed: Mapping[str, frozenset[int]]
    modules: tuple[ModuleNode, ...]
    tensors: tuple[TensorSeen, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """Everything about one model after its run.

    `class_place` is where the model's class (or factory) stands; `files` the user's files that were imported for it,
    so that a save of one of them makes it due again; `output` what the user's code printed.
    """

    model: str
    checks: tuple[CheckOutcome, ...]
    findings: tuple[Finding, ...]
    observation: Observation | None = None
    class_name: str | None = None
    class_place: Place | None = None
    files: tuple[Path, ...] = ()
    output: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return all(check.status is not Status.FAILED for check in self.checks)


@dataclass(frozen=True, slots=True)
class CheckStarted:
    model: str
    check: str


@dataclass(frozen=True, slots=True)
class CheckEnded:
    model: str
    outcome: CheckOutcome


@dataclass(frozen=True, slots=True)
class Observed:
    """The eager forward has ended; comes before its `CheckEnded` and long before the exporters."""

    model: str
    observation: Observation


Progress: TypeAlias = CheckStarted | CheckEnded | Observed
Listener: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What stands behind an interpreter; versions by package name (`torch`, `onnx`, ...), absent ones left out."""

    executable: str
    python: str
    versions: Mapping[str, str]
