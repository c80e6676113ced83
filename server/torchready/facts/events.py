"""What the interpreter saw: the facts that rules turn into findings."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TypeAlias

from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.values import Certainty, Instance, Tensor, Value, alternatives
from torchready.finding import Range
from torchready.syntax import Piece
from torchready.torch_api.onnx import EXPORTERS, Exporter


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where an expression stands: a node of a piece, and the function around it.

    `statement` is what to show for an augmented assignment, which is a statement: its node is the target.
    """

    path: Path
    piece: Piece
    node: ast.expr
    function: SourceFunction | None
    is_nested: bool = False
    statement: ast.stmt | None = None

    @property
    def key(self) -> SiteKey:
        return (
            id(self.piece),
            self.node.lineno,
            self.node.col_offset,
            self.node.end_lineno,
            self.node.end_col_offset,
        )

    @property
    def range(self) -> Range:
        """Counted from the first line of the piece."""
        return self.piece.range_of(self.statement or self.node)

    def holds(self, other: Site) -> bool:
        """Whether the other expression is part of this one."""
        return self.piece is other.piece and any(node is other.node for node in ast.walk(self.node))

    @property
    def owner(self) -> SourceClass | None:
        return self.function.owner if self.function is not None else None


# Names of the nodes of `ast` -> names of the functions in Python's module operator.
OPERATOR_FUNCTIONS = {
    "Add": "add",
    "BitAnd": "and_",
    "BitOr": "or_",
    "BitXor": "xor",
    "Div": "truediv",
    "Eq": "eq",
    "FloorDiv": "floordiv",
    "Gt": "gt",
    "GtE": "ge",
    "Invert": "invert",
    "LShift": "lshift",
    "Lt": "lt",
    "LtE": "le",
    "MatMult": "matmul",
    "Mod": "mod",
    "Mult": "mul",
    "NotEq": "ne",
    "Pow": "pow",
    "RShift": "rshift",
    "Sub": "sub",
    "UAdd": "pos",
    "USub": "neg",
}
SiteKey: TypeAlias = tuple[int, int, int, int | None, int | None]


@dataclass(slots=True)
class FunctionalCall:
    """A call of a function of torch, or of a method of a tensor.

    `callee` is what stands before the parenthesis, `symbol` its full name. `arguments` are the values of the
    call by position and keyword. `repeats` when the call may run more than once in one forward.
    `exporters` come here, unlike where something runs in training only, or only while nobody exports. `is_test` when
    its result does nothing but decide what Python runs.
    """

    site: Site
    callee: ast.expr
    call: ast.Call
    symbol: str
    is_method: bool
    certainty: Certainty
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]
    is_direct: bool
    repeats: bool = False
    in_loop: bool = False
    exporters: frozenset[Exporter] = frozenset(EXPORTERS)
    is_test: bool = False

    @property
    def is_given_parameters(self) -> bool:
        values = (*self.arguments, *self.keywords.values())
        return any(
            isinstance(part, Tensor) and part.is_parameter for value in values for part in alternatives(value)
        )


@dataclass(slots=True)
class ModuleCall:
    """A call that runs modules of torch on which a rule keeps an eye: one by itself, or those in a Sequential.

    `symbol` is the attribute path of what is called, `arguments` are the values that it was called with first.
    """

    site: Site
    symbol: str
    modules: tuple[Instance, ...]
    arguments: tuple[Value, ...]
    exporters: frozenset[Exporter] = frozenset(EXPORTERS)


@dataclass(slots=True)
class Operation:
    """Arithmetic between values of which one is a tensor: `x + y`, `x += y`, `-x`, `x > y`, and `x.T`.

    `certainty` says how surely one is.
    """

    site: Site
    operator: str
    node: ast.expr | ast.AugAssign
    is_scalar: bool
    certainty: Certainty
    repeats: bool = False

    @property
    def symbol(self) -> str:
        return symbol_of(self.operator, self.node)


def symbol_of(operator: str, node: ast.expr | ast.AugAssign) -> str:
    """The function that does the same, `operator.add`; of `x.T` the attribute's full name."""
    if isinstance(node, ast.Attribute):
        return f"torch.Tensor.{operator}"
    function = OPERATOR_FUNCTIONS[operator]
    return f"operator.i{function.rstrip('_')}" if isinstance(node, ast.AugAssign) else f"operator.{function}"


@dataclass(slots=True)
class ModuleReuse:
    """A call of a module that was called before on the same path; `first` is that call."""

    site: Site
    instance: Instance
    symbol: str
    first: Site | None
    in_loop: bool
    attribute: str | None = None


@dataclass(slots=True)
class ModuleBuilt:
    """A module that was built and called outside of `__init__`."""

    site: Site
    construction: ast.Call
    torch_class: str | None
    source: SourceClass | None
    call: ast.Call | None
    repeats: bool = False


@dataclass(slots=True)
class SharedModule:
    """A module registered at a second place."""

    site: Site
    instance: Instance
    symbol: str
    first: Site | None


@dataclass(slots=True)
class UnregisteredModules:
    """Modules kept in a plain list or dictionary of a module; `keys` when all of a dictionary's are known."""

    site: Site
    symbol: str
    kind: str
    keys: tuple[Hashable, ...] | None = None


class Basis(Enum):
    """What Python looked at: a tensor, a number that was read from one, or a number of a tensor's shape.

    LENGTH is one of a shape that depends on the numbers in a tensor, such as that of `x.nonzero()`.
    """

    TENSOR = "tensor"
    NUMBER = "number"
    SHAPE = "shape"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class TensorTest:
    """The truth of something computed from tensors decides what Python runs: `if x.sum() > 0:`.

    `kind` is "if", "while", "assert", "check" for an `if` that only raises, "operand" for `not x` and the like.
    """

    site: Site
    kind: str
    basis: Basis
    assumed: Hashable = None


@dataclass(frozen=True, slots=True)
class TensorConversion:
    """A tensor, or a number of its shape, becomes a value that Python computes with: `x.item()`, `int(x)`.

    `is_direct` for a tensor itself, or a number just as it was read from a shape.
    `symbol` is the full name of what converts, `torch.Tensor.item` or `torch.Tensor.__int__`.
    """

    site: Site
    symbol: str
    call: ast.expr
    basis: Basis
    assumed: Hashable = None
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class TensorLoop:
    """A loop of which tensors, or their shapes, decide how often it runs."""

    site: Site
    kind: str
    basis: Basis
    assumed: Hashable = None


@dataclass(frozen=True, slots=True)
class TensorSign:
    """An operator that rules ask for by the name of its function, written as a sign beside a tensor: `mask &= x`."""

    site: Site
    operator: str
    node: ast.expr | ast.AugAssign
    assumed: Hashable = None

    @property
    def symbol(self) -> str:
        return symbol_of(self.operator, self.node)


@dataclass(frozen=True, slots=True)
class StateChange:
    """What a forward leaves behind.

    `kind` is "count" for an attribute that is computed from its own last value, "attribute" for another one,
    "buffer" for a tensor of the module and "input" for one that forward was given, both changed in place, and
    "list" for a list or dictionary of the module.
    """

    site: Site
    symbol: str
    kind: str
    assumed: Hashable = None


@dataclass(frozen=True, slots=True)
class UntraceableCall:
    """A call whose result no graph can hold: `kind` is "random", "clock", "copy", "backward", or "try"."""

    site: Site
    symbol: str
    kind: str
    assumed: Hashable = None


@dataclass(frozen=True, slots=True)
class BoundaryCrossing:
    """What a model's forward takes (`direction` "input") or returns ("output") that is no tensor.

    `is_known_to_export` for objects that are dictionaries too, as the outputs of transformers: a trace refuses those.
    `holds_tensors` for a dictionary of which every value is one.
    """

    site: Site
    what: str
    direction: str
    is_known_to_export: bool = False
    holds_tensors: bool = False
    assumed: Hashable = None


TracingEvent: TypeAlias = (
    TensorTest | TensorConversion | TensorLoop | TensorSign | StateChange | UntraceableCall | BoundaryCrossing
)


Event: TypeAlias = (
    FunctionalCall
    | ModuleCall
    | Operation
    | ModuleReuse
    | ModuleBuilt
    | SharedModule
    | UnregisteredModules
    | TracingEvent
)


@dataclass(slots=True)
class Events:
    """All that was seen from one entry, by place: the same place seen again adds to what is known of it."""

    functional_calls: dict[SiteKey, FunctionalCall] = field(default_factory=dict[SiteKey, FunctionalCall])
    operations: dict[SiteKey, Operation] = field(default_factory=dict[SiteKey, Operation])
    module_calls: dict[SiteKey, ModuleCall] = field(default_factory=dict[SiteKey, ModuleCall])
    reuses: dict[SiteKey, ModuleReuse] = field(default_factory=dict[SiteKey, ModuleReuse])
    built: dict[SiteKey, ModuleBuilt] = field(default_factory=dict[SiteKey, ModuleBuilt])
    shared: dict[SiteKey, SharedModule] = field(default_factory=dict[SiteKey, SharedModule])
    unregistered: dict[SiteKey, UnregisteredModules] = field(
        default_factory=dict[SiteKey, UnregisteredModules]
    )
    tracing: dict[tuple[SiteKey, type], TracingEvent] = field(
        default_factory=dict[tuple[SiteKey, type], "TracingEvent"]
    )
    # The assumptions of tensors that something showed to be true: only tensors have what was asked of them.
    shown: set[Hashable] = field(default_factory=set[Hashable])
    visited: set[SourceFunction] = field(default_factory=set[SourceFunction])

    def of_models(self) -> Iterator[Event]:
        """All but what a trace freezes."""
        yield from self.functional_calls.values()
        yield from self.module_calls.values()
        yield from self.operations.values()
        yield from self.reuses.values()
        yield from self.built.values()
        yield from self.of_constructors()

    def of_constructors(self) -> Iterator[Event]:
        """Where modules are kept."""
        yield from self.shared.values()
        yield from self.unregistered.values()
