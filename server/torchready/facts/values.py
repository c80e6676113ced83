"""What an expression may be when the model runs: the abstract values of the interpreter.

A value is immutable. `varies` names the loops in whose turns a value differs: `self.layers[i]` in
`for i in ...` is another module in each turn, `self.layers[0]` is not.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, TypeAlias, cast

if TYPE_CHECKING:
    from torchready.facts.declarations import SourceClass, SourceFunction
    from torchready.facts.events import Site
    from torchready.syntax import Piece

Loops: TypeAlias = frozenset[int]
NO_LOOPS: Loops = frozenset()


class Certainty(IntEnum):
    """How sure we are that a value is a tensor.

    DERIVED: came out of tensors through something unknown. LIKELY: an unannotated input of forward, or what a
    module returned. SURE: an annotation, or torch itself, says so.
    """

    DERIVED = 1
    LIKELY = 2
    SURE = 3


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing is known. `label` tells two unknowns apart when they are used as an index."""

    label: Hashable = None
    varies: Loops = NO_LOOPS


@dataclass(frozen=True, slots=True)
class Layout:
    """What is known of the dimensions of a tensor whose first one is the batch.

    `channels` is the size of the second one, `elements` how many numbers a sample holds; None when unknown.
    `is_certain` when the model would have failed without a batch: convolutions also take a single sample.
    """

    channels: int | None = None
    elements: int | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class Tensor:
    """`assumed` names what it is a tensor under: that an unannotated input or a module's result is one.

    `is_given` for the very object that forward was called with, `is_sized_by_data` when the numbers in a tensor say how
    long it is, as those of `x.nonzero()`, `is_boolean` for a mask such as `x > 0`. `sizes` are those that the code
    gives to a tensor that it makes, None for each that it computes: `torch.zeros(4, n)`. `rank` is how many dimensions
    it has, None when unknown.
    """

    certainty: Certainty
    is_parameter: bool = False
    varies: Loops = NO_LOOPS
    assumed: Hashable = None
    layout: Layout | None = None
    is_given: bool = False
    is_sized_by_data: bool = False
    sizes: tuple[int | None, ...] = ()
    rank: int | None = None
    is_boolean: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A Python number or truth value that is not a literal.

    `from_shape` when it was read from a tensor's shape, `from_tensor` when from the numbers in it; both for a length
    that the numbers in a tensor decide.
    """

    label: Hashable = None
    from_shape: bool = False
    varies: Loops = NO_LOOPS
    from_tensor: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """A `torch.Size`: a sequence of shape numbers. `is_by_data` when the numbers in a tensor decide the first one.

    `is_fixed` for the shape of a parameter or buffer itself, which no input changes.
    """

    is_by_data: bool = False
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    value: str | bytes | bool | int | float | complex | EllipsisType | None


@dataclass(frozen=True, slots=True)
class TorchName:
    """A function, class, module or constant of torch by its full name, such as `torch.nn.functional.relu`."""

    name: str


@dataclass(frozen=True, slots=True)
class ExternalName:
    """Something imported whose source is not known here."""

    name: str


@dataclass(frozen=True, slots=True)
class FileValue:
    """An imported module of which we have the source."""

    path: Path


@dataclass(frozen=True, slots=True)
class ClassValue:
    source: SourceClass


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the workspace, bound to `receiver` when it is a method taken from an object."""

    source: SourceFunction
    receiver: Value | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """A lambda or a function defined inside another one, with the names it sees."""

    node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef
    piece: Piece
    path: Path
    names: Mapping[str, Value]
    function: SourceFunction | None
    receiver: Value | None


@dataclass(frozen=True, slots=True)
class Instance:
    """An nn.Module object.

    `identity` is equal for two values exactly when they are the same object on every path we know.
    `source` is its class when that is in the workspace, `torch_class` when it is torch's own; neither when
    only its being a module is known. `created_in` are the loops in which it was built: it is another object
    in each of their turns.
    """

    identity: Hashable
    source: SourceClass | None = None
    torch_class: str | None = None
    created_in: Loops = NO_LOOPS
    varies: Loops = NO_LOOPS
    certain: bool = True
    contents: Container | None = None
    creation: Creation | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Creation:
    """The call expression that built a module, and where it stands."""

    call: ast.Call
    piece: Piece


@dataclass(frozen=True, slots=True)
class Plain:
    """An object of a workspace class that is not an nn.Module."""

    source: SourceClass
    arguments: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Container:
    """A Python list, tuple, set or dictionary.

    `items` are its elements when all are known, in order; `keys` their constant keys for a dictionary.
    `element` stands for the elements that were added in loops or are not known one by one.
    """

    kind: str
    identity: Hashable
    items: tuple[Value, ...] | None = ()
    keys: tuple[Hashable, ...] | None = None
    element: Value | None = None
    created_in: Loops = NO_LOOPS
    part: Hashable = None
    varies: Loops = NO_LOOPS
    # How many elements a `range` has.
    bound: Number | None = None
    # Where a module was placed that this container holds already.
    duplicates: tuple[Site, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Partial:
    function: Value
    arguments: tuple[Value, ...] = ()
    keywords: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class SuperValue:
    """`super()` in a method of `after`, for the object `receiver`."""

    after: SourceClass
    receiver: Instance


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, depending on the path."""

    alternatives: tuple[Value, ...]


Value: TypeAlias = (
    Unknown
    | Tensor
    | Number
    | Size
    | Constant
    | TorchName
    | ExternalName
    | FileValue
    | ClassValue
    | FunctionValue
    | Closure
    | Instance
    | Plain
    | Container
    | Partial
    | SuperValue
    | Either
)

# Assumptions that nothing shows to be true: that a module returns a tensor, that a value is one on all paths.
OF_MODULE = "result of a module"
ON_SOME_PATHS = "on some paths"
UNKNOWN = Unknown()
SURE_TENSOR = Tensor(Certainty.SURE)
LIKELY_TENSOR = Tensor(Certainty.LIKELY, assumed=OF_MODULE)
DERIVED_TENSOR = Tensor(Certainty.DERIVED)
PARAMETER = Tensor(Certainty.SURE, is_parameter=True)
SIZE = Size()
PLAIN_NUMBER = Number()
SHAPE_NUMBER = Number(from_shape=True)
LENGTH_BY_DATA = Number(from_shape=True, from_tensor=True)
NONE = Constant(None)
MAXIMUM_ALTERNATIVES = 8


def alternatives(value: Value) -> tuple[Value, ...]:
    return value.alternatives if isinstance(value, Either) else (value,)


def join(first: Value, second: Value) -> Value:
    """What a value may be after two paths meet. None beside something else means optional and is dropped."""
    if first is second or first == second:
        return first
    if isinstance(first, Tensor) and isinstance(second, Tensor):
        return Tensor(
            min(first.certainty, second.certainty),
            first.is_parameter and second.is_parameter,
            varies=first.varies | second.varies,
            assumed=_weaker(first.assumed, second.assumed),
            layout=first.layout if first.layout == second.layout else None,
            is_sized_by_data=first.is_sized_by_data and second.is_sized_by_data,
            rank=first.rank if first.rank == second.rank else None,
            is_boolean=first.is_boolean and second.is_boolean,
        )
    same = _merged(first, second)
    if same is not None:
        return same
    return _either((*alternatives(first), *alternatives(second)))


def _merged(first: Value, second: Value) -> Value | None:
    """One value for two states of the same object, None for different objects."""
    if isinstance(first, Container) and isinstance(second, Container) and first.identity == second.identity:
        return _merged_containers(first, second) if first.part == second.part else None
    if isinstance(first, Instance) and isinstance(second, Instance) and first.identity == second.identity:
        contents = first.contents
        if contents is not None and second.contents is not None:
            contents = _merged_containers(contents, second.contents)
        return replace(first, contents=contents, varies=first.varies | second.varies)
    return None


def _merged_containers(first: Container, second: Container) -> Container:
    duplicates = (*first.duplicates, *(site for site in second.duplicates if site not in first.duplicates))
    if first.items == second.items and first.keys == second.keys:
        element = _joined([part for part in (first.element, second.element) if part is not None])
        return replace(first, element=element, duplicates=duplicates)
    parts = [*(first.items or ()), *(second.items or ()), first.element, second.element]
    element = _joined([part for part in parts if part is not None])
    return replace(first, items=None, keys=None, element=element, duplicates=duplicates)


def _joined(values: list[Value]) -> Value | None:
    joined: Value | None = None
    for value in values:
        joined = value if joined is None else join(joined, value)
    return joined


def _either(values: tuple[Value, ...]) -> Value:
    distinct: list[Value] = []
    for value in map(without_rank, values):
        if value in distinct or isinstance(value, (Unknown, Constant)):
            continue
        for index, known in enumerate(distinct):
            same = _merged(known, value)
            if same is not None:
                distinct[index] = same
                break
        else:
            distinct.append(value)
    if not distinct:
        constants = [value for value in values if isinstance(value, Constant) and value.value is not None]
        unknowns = [value for value in values if isinstance(value, Unknown)]
        if unknowns or len(constants) > 1:
            varies = frozenset[int]().union(*(value.varies for value in unknowns))
            return Unknown(varies=varies)
        return constants[0] if constants else NONE
    tensors = [value for value in distinct if isinstance(value, Tensor)]
    if len(tensors) > 1:
        lowest = Tensor(min(value.certainty for value in tensors), assumed=ON_SOME_PATHS)
        distinct = [value for value in distinct if not isinstance(value, Tensor)] + [lowest]
    if len(distinct) > MAXIMUM_ALTERNATIVES:
        return UNKNOWN
    if len(distinct) == 1 and any(isinstance(value, Unknown) for value in values):
        return on_some_paths(distinct[0])
    return distinct[0] if len(distinct) == 1 else Either(tuple(distinct))


def on_some_paths(value: Value) -> Value:
    """A tensor that is something else on the paths that count."""
    return replace(value, assumed=ON_SOME_PATHS, rank=None) if isinstance(value, Tensor) else value


def without_rank(value: Value) -> Value:
    """The same value, of which nobody knows how many dimensions it has.

    Of a container only what is in it itself: what a container in another one holds is not looked at, for one may hold
    another twice, and that one again. Who reads a container out of another asks here.
    """
    if not has_rank(value):
        return value
    if isinstance(value, Container):
        items = None if value.items is None else tuple(map(_rankless, value.items))
        return replace(
            value, items=items, element=None if value.element is None else _rankless(value.element)
        )
    return _rankless(value)


def has_rank(value: Value) -> bool:
    """Whether it is known how many dimensions a tensor has, or one in a container."""
    if isinstance(value, Tensor):
        return value.rank is not None
    if not isinstance(value, Container):
        return False
    if isinstance(value.element, Tensor) and value.element.rank is not None:
        return True
    return any(isinstance(part, Tensor) and part.rank is not None for part in value.items or ())


def _rankless(value: Value) -> Value:
    return replace(value, rank=None) if isinstance(value, Tensor) else value


def _weaker(first: Hashable, second: Hashable) -> Hashable:
    """The assumption of a value that is one of two."""
    if ON_SOME_PATHS in (first, second):
        return ON_SOME_PATHS
    return first if second is None or first == second else second if first is None else ON_SOME_PATHS


def computed(values: Sequence[Value], level: Certainty, varies: Loops = NO_LOOPS) -> Tensor:
    """What arithmetic makes of values of which one is a tensor: surely one if one of them is."""
    found: list[Hashable] = []
    layouts: set[Layout | None] = set()
    for value in values:
        if isinstance(value, Tensor):
            layouts.add(value.layout)
            found.append(value.assumed if value.certainty >= Certainty.LIKELY else ON_SOME_PATHS)
            continue
        if not isinstance(value, Either):
            continue
        parts = [part for part in value.alternatives if part != NONE]
        tensors = [part for part in parts if isinstance(part, Tensor)]
        if not tensors:
            continue
        layouts |= {part.layout for part in tensors}
        is_whole = len(tensors) == len(parts) and min(part.certainty for part in tensors) >= Certainty.LIKELY
        found.append(tensors[0].assumed if is_whole else ON_SOME_PATHS)
    layout = layouts.pop() if len(layouts) == 1 else None
    return Tensor(level, varies=varies, assumed=None if None in found else found[0], layout=layout)


def certainty(value: Value) -> Certainty | None:
    """How surely a value is a tensor, None when it is something else or nothing is known."""
    if isinstance(value, Tensor):
        return value.certainty
    if not isinstance(value, Either):
        return None
    return min((part.certainty for part in value.alternatives if isinstance(part, Tensor)), default=None)


def layout_of(value: Value) -> Layout | None:
    return value.layout if isinstance(value, Tensor) else None


def varying(value: Value, loops: Loops) -> Value:
    """The same value, marked as differing in each turn of `loops`."""
    if not loops or isinstance(value, (Constant, Size)):
        return value
    if isinstance(value, (Unknown, Number, Tensor, Instance)):
        return replace(value, varies=value.varies | loops)
    if isinstance(value, Either):
        return Either(tuple(varying(part, loops) for part in value.alternatives))
    if isinstance(value, Container):
        items = None if value.items is None else tuple(varying(item, loops) for item in value.items)
        element = None if value.element is None else varying(value.element, loops)
        return replace(value, items=items, element=element, varies=value.varies | loops)
    return value


def loops_of(value: Value) -> Loops:
    """The loops in whose turns a value differs."""
    if isinstance(value, (Unknown, Number, Tensor, Instance, Container)):
        return value.varies
    if isinstance(value, Either):
        return loops_of_all(value.alternatives)
    return NO_LOOPS


def loops_of_all(values: Iterable[Value]) -> Loops:
    """The loops in whose turns at least one of the values differs."""
    found = NO_LOOPS
    for value in values:
        found |= loops_of(value)
    return found


def holds_tensor(value: Value) -> bool:
    for part in alternatives(value):
        if isinstance(part, Tensor):
            return True
        if isinstance(part, Container):
            inner = [*(part.items or ()), *((part.element,) if part.element is not None else ())]
            if any(holds_tensor(item) for item in inner):
                return True
    return False


def parts_of(label: Hashable) -> tuple[Hashable, ...]:
    """The parts of a label or an identity that is made of several, none for any other."""
    return cast("tuple[Hashable, ...]", label) if isinstance(label, tuple) else ()
