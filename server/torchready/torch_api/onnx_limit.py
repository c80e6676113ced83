"""What a known limit of an ONNX exporter is: a spelling, a condition on its arguments, and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from torchready.torch_api.onnx import Exporter, Target


class Missing(Enum):
    """What stands for an argument that is not a constant."""

    ABSENT = "absent"
    UNKNOWN = "unknown"


ABSENT, UNKNOWN = Missing.ABSENT, Missing.UNKNOWN
Argument = object


@dataclass(frozen=True, slots=True)
class Condition:
    """An argument that has one of some values, or none of them.

    An argument that is absent has the value `otherwise`; of one that is not known nothing holds but that it is
    given. What has the values is the argument itself, or how many dimensions it has.
    """

    parameter: str
    position: int | None
    values: tuple[Argument, ...]
    negated: bool = False
    otherwise: Argument = ABSENT
    is_of_rank: bool = False

    def holds(self, value: Argument) -> bool:
        if value is ABSENT:
            value = self.otherwise
        if value is UNKNOWN:
            return self.negated and self.values == (ABSENT,)
        # 1 == True, but nobody means that.
        found = any(type(value) is type(one) and value == one for one in self.values)
        return found is not self.negated


@dataclass(frozen=True, slots=True)
class Evidence:
    """Expressions over the tensors of `generation.onnx_calls`, and the layer that they call, if any.

    `passes` uses `other` in the layer's place. Of random numbers nothing can be compared.
    """

    inputs: tuple[str, ...]
    fails: str
    passes: str
    layer: str = ""
    other: str = ""
    is_random: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one exporter or both. `what` follows the spelling, `instead` says what helps; `below` ends it."""

    spellings: tuple[str, ...]
    conditions: tuple[Condition, ...]
    exporters: tuple[Exporter, ...]
    what: str
    instead: str
    evidence: Evidence
    below: int | None = None

    def applies(self, where: Target) -> bool:
        return where.exporter in self.exporters and (self.below is None or where.opset < self.below)

    def holds(self, arguments: Mapping[str, Argument]) -> bool:
        """`arguments` has the values of the parameters that are given."""
        return all(one.holds(arguments.get(one.parameter, ABSENT)) for one in self.conditions)
