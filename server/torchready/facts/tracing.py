"""What a trace freezes and an export refuses: tensors whose numbers Python looks at."""

from __future__ import annotations

import ast
from collections.abc import Generator, Hashable, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import replace

from torchready.facts.core import Core
from torchready.facts.events import (
    Basis,
    Events,
    TensorConversion,
    TensorLoop,
    TensorTest,
    TracingEvent,
    UntraceableCall,
)
from torchready.facts.paths import excludes_tracing
from torchready.facts.values import (
    NO_LOOPS,
    OF_MODULE,
    ON_SOME_PATHS,
    SHAPE_NUMBER,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Number,
    Size,
    Tensor,
    Value,
    alternatives,
)
from torchready.torch_api.tensors import is_tensor_method

# Methods of Python's own values that tensors have too say nothing about which of them it is.
SHARED_METHODS = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, int, float) for name in dir(kind)
) | {"to", "apply", "type", "float", "half", "double", "cuda", "cpu", "size"}
# What these are given is shown to people, the model does not compute with it.
SHOWS_TO_PEOPLE = frozenset(
    {"print", "debug", "info", "warning", "warn", "warning_once", "warn_once", "error", "exception", "critical", "log"}
)  # fmt: skip

CLOCKS = frozenset(
    {
        "time",
        "time_ns",
        "perf_counter",
        "perf_counter_ns",
        "monotonic",
        "monotonic_ns",
        "process_time",
        "process_time_ns",
    }
)
# Functions of random modules that give no number.
SETS_UP = frozenset({"seed", "getstate", "setstate", "get_state", "set_state"})


class Tracing(Core):
    """Records of what a trace freezes."""

    def record_test(self, node: ast.expr, value: Value, kind: str) -> None:
        """The truth of a value decides what runs."""
        found = basis_of(value)
        if found is None or not self.counts_here() or (isinstance(value, Tensor) and value.is_parameter):
            return
        self.record(TensorTest(self.site(node), kind, *found))

    def record_conversion(
        self, place: ast.expr, call: ast.expr, value: Value, symbol: str, becomes: Basis | None = None
    ) -> Basis | None:
        """A value becomes one that Python computes with; returns what it was.

        `becomes` says what Python reads of it, where that is not its numbers.
        """
        found = basis_of(value)
        if found is None or self.in_constructor:
            return None
        basis, assumed = becomes or found[0], found[1]
        is_guard = self.is_check and basis is Basis.SHAPE
        if basis is not Basis.NUMBER and not is_guard and self.counts_here():
            is_direct = isinstance(value, Tensor) or is_size(value)
            self.record(TensorConversion(self.site(place), symbol, call, basis, assumed, is_direct))
        return basis if self.is_supported(assumed) else None

    def is_supported(self, assumed: Hashable) -> bool:
        """Whether something so far says that what was taken for a tensor is one.

        A number that a function is given is taken for a tensor too: `range(steps)`, `math.log(height)`.
        """
        return assumed in (None, OF_MODULE) or assumed in self.events.shown

    def record_external(self, name: str, values: Sequence[Value], node: ast.Call) -> Value | None:
        """`math.sqrt(x)` and `numpy.sum(x)` of a tensor or of a number of a shape; None of anything else."""
        module = name.partition(".")[0]
        if module not in ("math", "numpy") or self.in_constructor:
            return None
        # Where NumPy's source is at hand, its functions are found where they are defined: `numpy._core.exp`.
        symbol = name.replace("._core", "")
        bases = [self.record_conversion(node.func, node, value, symbol) for value in values[:2]]
        if not {Basis.TENSOR, Basis.NUMBER, Basis.LENGTH}.isdisjoint(bases):
            return Number(("call", self.place(node)), from_tensor=True) if module == "math" else UNKNOWN
        return Number(("call", self.place(node))) if Basis.SHAPE in bases else None

    def record_loop(self, node: ast.expr, value: Value, kind: str) -> None:
        """A loop runs as often as a value says, or once for each part of it."""
        found = _basis_of_turns(value)
        if found is not None and self.counts_here():
            self.record(TensorLoop(self.site(node), kind, *found))

    def record_untraceable(self, name: str, node: ast.Call, values: Sequence[Value]) -> None:
        """A call of something outside of torch whose result is another one each time, or that copies tensors."""
        kind = _kind_of_untraceable(name)
        basis = basis_of(values[0]) if kind == "copy" and values else None
        if kind == "copy" and (basis is None or basis[0] is not Basis.TENSOR):
            return
        if kind is None or not self.counts_here():
            return
        symbol = (
            ".".join((*name.split(".")[:2], name.rpartition(".")[2])) if name.startswith("numpy.") else name
        )
        self.record(
            UntraceableCall(self.site(node.func), symbol, kind, basis[1] if basis is not None else None)
        )

    def record_try(self, node: ast.Try, tensor_calls_before: int) -> None:
        """A `try` in which tensors were computed, and that goes on after an error."""
        goes_on = [handler for handler in node.handlers if not isinstance(handler.body[-1], ast.Raise)]
        if self.tensor_calls == tensor_calls_before or not goes_on or not self.counts_here():
            return
        word = ast.Name("try", ast.Load())
        ast.copy_location(word, node)
        word.end_lineno, word.end_col_offset = node.lineno, node.col_offset + len("try")
        self.record(UntraceableCall(self.site(word), "try", "try"))

    def show_tensor(self, value: Value) -> None:
        """Something was asked of a value that only tensors have."""
        if isinstance(value, Tensor) and value.assumed not in (None, OF_MODULE, ON_SOME_PATHS):
            self.events.shown.add(value.assumed)

    def absorb_tracing(self, found: Iterable[TracingEvent]) -> None:
        """What happened in a function that was called from here."""
        if self.counts_here():
            for event in found:
                self.record(event)

    def record(self, event: TracingEvent) -> None:
        key = (event.site.key, type(event))
        known = self.events.tracing.get(key)
        if known is None or known.assumed is not None:
            self.events.tracing[key] = event

    def counts_here(self) -> bool:
        """Whether a trace comes here."""
        if self.in_constructor or self.is_shown_to_people or self.path != self.home:
            return False
        frame = self.frame
        if frame.is_traced is None:
            decorators = frame.function.decorator_names() if frame.function is not None else ()
            frame.is_traced = not any(map(_keeps_out_tracing, decorators))
        if not frame.is_traced:
            return False
        return not any(map(excludes_tracing, self.guards))

    @contextmanager
    def showing_to_people(self) -> Generator[None, None, None]:
        """While a message is put together."""
        before, self.is_shown_to_people = self.is_shown_to_people, True
        yield
        self.is_shown_to_people = before

    @contextmanager
    def raising(self) -> Generator[None, None, None]:
        """While an exception is built."""
        before, self.is_raised = self.is_raised, True
        with self.showing_to_people():
            yield
        self.is_raised = before


def shows_to_people(function: ast.expr) -> bool:
    """Whether what a function is given becomes a message."""
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in SHOWS_TO_PEOPLE
        case _:
            return False


def is_length_by_data(value: Value) -> bool:
    """Whether a value is a length that the numbers in a tensor decide."""
    return isinstance(value, Number) and value.from_shape and value.from_tensor


def is_size(value: Value) -> bool:
    """Whether a value is a number just as it was read from a shape."""
    return isinstance(value, Number) and replace(value, varies=NO_LOOPS) == SHAPE_NUMBER


def is_held_tensor(asked: ast.expr, value: Value) -> bool:
    """Whether `asked`, as `self.weight.shape`, is asked of a parameter itself, which is no longer for longer inputs."""
    is_own = isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Attribute)
    return is_own and isinstance(value, Tensor) and value.is_parameter


def _keeps_out_tracing(decorator: str) -> bool:
    """Whether a function is compiled by itself, or its result taken as a constant on purpose."""
    return "script" in decorator or decorator == "assume_constant_result"


def only_tensors_have(name: str) -> bool:
    """Whether a value with this method is a tensor."""
    return name not in SHARED_METHODS and is_tensor_method(name)


def shown_only(events: Events) -> tuple[TracingEvent, ...]:
    """What does not rest on an assumption that nothing in the code supports."""
    return tuple(
        event for event in events.tracing.values() if event.assumed is None or event.assumed in events.shown
    )


def basis_of(value: Value) -> tuple[Basis, Hashable] | None:
    """What a value was read from, and under which assumption; None for a value that is Python's own.

    A value that is something else on some path counts as Python's own.
    """
    found: tuple[Basis, Hashable] | None = None
    for part in alternatives(value):
        match part:
            case Tensor() if part.certainty >= Certainty.LIKELY:
                one = (Basis.TENSOR, part.assumed)
            case Number(from_tensor=True, from_shape=is_length):
                one = (Basis.LENGTH if is_length else Basis.NUMBER, None)
            case Number(from_shape=True) | Size(is_fixed=False):
                one = (Basis.SHAPE, None)
            case Constant():
                continue
            case _:
                return None
        if found is not None and found[0] is not one[0]:
            return None
        found = one if found is None or found[1] is None else found
    return found


def _basis_of_turns(value: Value) -> tuple[Basis, Hashable] | None:
    """What decides how often a loop over this runs; None when that is no tensor and no size."""
    match value:
        case Container(kind="range"):
            return basis_of(value.bound) if value.bound is not None else None
        case Container(kind="zip"):
            # The counter of `enumerate` has no end of its own; what is no tensor ends the loop as well.
            ends = [item for item in value.items or () if not _is_counter(item)]
            found = [_basis_of_turns(item) for item in ends]
            return None if None in found or not found else found[0]
        case Size() | Number():
            return None
        case Tensor(is_sized_by_data=True):
            return Basis.LENGTH, value.assumed
        case _:
            return basis_of(value)


def _is_counter(value: Value) -> bool:
    return isinstance(value, Container) and value.kind == "range" and value.bound is None


def _kind_of_untraceable(name: str) -> str | None:
    module, _, function = name.rpartition(".")
    if module == "time" and function in CLOCKS:
        return "clock"
    if name in ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today"):
        return "clock"
    if name == "copy.deepcopy":
        return "copy"
    is_random = module in ("random", "secrets", "uuid") or name.startswith("numpy.random.")
    return "random" if is_random and function[:1].islower() and function not in SETS_UP else None
