"""What all parts of an interpretation share: where it is, what has happened, what they ask of each other."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from torchready.facts.arguments import Arguments
from torchready.facts.classes import Attributes, find_function
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.events import Events, Site
from torchready.facts.paths import Frame, Guards, State, Use, exclusive, with_use
from torchready.facts.project import Project
from torchready.facts.values import (
    Closure,
    Container,
    FunctionValue,
    Instance,
    Loops,
    SuperValue,
    Tensor,
    Value,
    has_rank,
)
from torchready.syntax import Piece

RUNS_ARGUMENT = frozenset(
    {"checkpoint", "_gradient_checkpointing_func", "checkpoint_wrapper", "gradient_checkpointing_func"}
)
NO_PIECE = Piece("")
NO_SITE = Site(Path(), NO_PIECE, ast.Constant(None), None)


class Core(ABC):
    """One interpretation: a frame at a time, with what has happened on the present path."""

    def __init__(self, project: Project, events: Events | None = None) -> None:
        self.project = project
        self.events = events if events is not None else Events()
        self.path = Path()
        # The file whose findings are wanted: functions of others are followed only where they matter to it.
        self.home = Path()
        self.frame = Frame({}, NO_PIECE, None)
        self.attributes: dict[tuple[Hashable, str], Value] = {}
        self.uses: dict[Hashable, tuple[Use, ...]] = {}
        self.guards: Guards = ()
        self.loops: tuple[int, ...] = ()
        self.stack: tuple[SourceFunction, ...] = ()
        self.chain: tuple[Hashable, ...] = ()
        self.budget: int = 400
        # Loops of other files' functions that run under a condition only: most calls never enter them.
        self.uncertain_loops: frozenset[int] = frozenset()
        # Loops of which a condition picks one turn: what it compares the counter with.
        self.selections: dict[int, tuple[Hashable, Loops]] = {}
        # Loops of which the present path runs every nth turn only: each of these has a `counter // n` of its own.
        self.strided_loops: frozenset[int] = frozenset()
        # Loops of which a single turn comes here.
        self.single_turns: frozenset[int] = frozenset()
        # The expression whose value nobody uses, and whether only the truth of what is evaluated now matters.
        self.discarded: ast.expr | None = None
        self.is_test = False
        # While what an `assert`, or an `if` that only raises, asks is evaluated.
        self.is_check = False
        # Conditions by the identity of their nodes: what asks for their truth.
        self.asked: dict[int, str] = {}
        self.is_shown_to_people = False
        # While what a `raise` raises is built, which a model that runs never does.
        self.is_raised = False
        # The forward that a model is entered through, where one is interpreted.
        self.entry: SourceFunction | None = None
        # How often tensors were computed with so far.
        self.tensor_calls: int = 0
        # The local lists that a loop makes longer or shorter.
        self.changed_lists: dict[int, frozenset[str]] = defaultdict(frozenset)
        # Whether the code said of a tensor how many dimensions it has; not trusted once the code asks for that, or
        # changes it where others see it.
        self.knows_ranks: bool = False
        self.trusts_ranks: bool = True
        self._loop_numbers: dict[Hashable, int] = {}
        self._labels: dict[Hashable, int] = {}
        self._own_labels = object()
        # Set while a constructor is interpreted: modules that are built now belong to the object.
        self.in_constructor = False
        # While a statement builds what it hands to a function and does not keep: `init(nn.Sequential(self.a))`.
        self.is_momentary = False
        self.assigned: dict[str, Site] = {}
        self.statements_run = 0
        self.registered_as: dict[Hashable, str] = {}
        # What the workspace says stays the same while one interpretation runs.
        self._methods: dict[tuple[SourceClass, str], SourceFunction | None] = {}
        self._globals: dict[Path, dict[str, Value]] = {}
        self._attributes: dict[SourceClass, Attributes] = {}
        self._not_declared: set[tuple[SourceClass, str]] = set()
        self._relevant: dict[SourceClass, frozenset[str]] = {}
        self._names_of_bodies: dict[int, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {}

    def site(self, node: ast.expr) -> Site:
        return Site(self.path, self.frame.piece, node, self.frame.function, self.frame.is_nested)

    def place(self, node: ast.expr | ast.stmt) -> Hashable:
        """A key of a place in the code, under the calls that led to it."""
        return (id(self.frame.piece), node.lineno, node.col_offset, node.end_col_offset, self.chain)

    def method_of(self, source: SourceClass, name: str) -> SourceFunction | None:
        """The method that `object.name` means for an object of this class."""
        key = (source, name)
        if key not in self._methods:
            self._methods[key] = find_function(self.project, source, name)
        return self._methods[key]

    def new_loop(self, node: ast.expr | ast.stmt | ast.comprehension) -> int:
        anchor = node.target if isinstance(node, ast.comprehension) else node
        return self._loop_numbers.setdefault(self.place(anchor), len(self._loop_numbers) + 1)

    def is_uncertain_here(self) -> bool:
        """Whether this is a conditional part of a function in another file."""
        return self.path != self.home and len(self.guards) > self.frame.guards_at_start

    def visited_before(self, key: Hashable) -> bool:
        """Note that this place runs now; True when it may have run before on the same path."""
        uses = self.uses.get(key, ())
        before = any(not exclusive(use.guards, self.guards) for use in uses)
        self.uses[key] = with_use(uses, Use(NO_SITE, self.guards))
        return before

    def hand_over(self, values: Sequence[Value]) -> None:
        """What is not followed gets these: it may ask how many dimensions they have, and change that."""
        if self.knows_ranks and any(map(has_rank, values)):
            self.trusts_ranks = False

    # -- what the parts provide for each other

    @abstractmethod
    def call(self, node: ast.Call) -> Value: ...

    @abstractmethod
    def is_module_class(self, value: Value) -> bool: ...

    @abstractmethod
    def _build(self, source: SourceClass, arguments: Arguments, node: ast.Call) -> Value: ...

    @abstractmethod
    def _call_closure(self, callee: Closure, arguments: Arguments, node: ast.Call) -> Value: ...

    @abstractmethod
    def _call_function(self, callee: FunctionValue, arguments: Arguments, node: ast.Call) -> Value: ...

    @abstractmethod
    def _call_torch(self, name: str, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value: ...

    @abstractmethod
    def _each(self, value: Value, get: Callable[[Value], Value]) -> Value: ...

    @abstractmethod
    def _keeps_module(self, place: ast.expr, parameter: str) -> bool: ...

    @abstractmethod
    def _record_transposed(self, value: Value, node: ast.Attribute) -> None: ...

    @abstractmethod
    def _run_argument(self, arguments: Arguments, node: ast.Call) -> Value: ...

    @abstractmethod
    def _slice_of(self, value: Value, index: ast.expr, bounds: Sequence[Value]) -> Value: ...

    @abstractmethod
    def _super_init(self, value: SuperValue, arguments: Arguments) -> Value: ...

    @abstractmethod
    def _tensor_method(
        self, node: ast.Call, func: ast.Attribute, receiver: Tensor, arguments: Arguments
    ) -> Value: ...

    @abstractmethod
    def annotated_value(self, annotation: ast.expr, otherwise: Value) -> Value: ...

    @abstractmethod
    def any_element(self, container: Container) -> Value: ...

    @abstractmethod
    def assign_attribute(self, target: ast.Attribute, value: Value, source: ast.expr) -> None: ...

    @abstractmethod
    def assign_item(self, target: ast.Subscript, value: Value) -> None: ...

    @abstractmethod
    def attribute_of(self, value: Value, name: str) -> Value: ...

    @abstractmethod
    def bind(self, target: ast.expr, value: Value, source: ast.expr) -> None: ...

    @abstractmethod
    def branches(self, runs: Sequence[Callable[[], bool]]) -> bool: ...

    @abstractmethod
    def build_torch(
        self, name: str, container: str | None, arguments: Arguments, node: ast.Call
    ) -> Value: ...

    @abstractmethod
    def call_value(self, callee: Value, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value: ...

    @abstractmethod
    def class_attributes(self, module: Instance) -> Attributes | None: ...

    @abstractmethod
    def closure(self, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> Closure: ...

    @abstractmethod
    def combine(
        self,
        operator: ast.operator,
        left: Value,
        right: Value,
        node: ast.expr | ast.AugAssign,
        where: ast.expr | ast.stmt,
    ) -> Value: ...

    @abstractmethod
    def container_method(
        self, node: ast.Call, func: ast.Attribute, container: Container, arguments: Arguments
    ) -> Value: ...

    @abstractmethod
    def contents_of(self, kind: str, arguments: Arguments, node: ast.Call) -> Container | None: ...

    @abstractmethod
    def derived_from(self, values: Sequence[Value]) -> Value: ...

    @abstractmethod
    def element_at(self, value: Value, index: int, node: ast.expr) -> Value: ...

    @abstractmethod
    def element_of(self, value: Value, loop: int, node: ast.expr) -> tuple[Value, bool]: ...

    @abstractmethod
    def escape(self, container: Container) -> None: ...

    @abstractmethod
    def evaluate(self, node: ast.expr) -> Value: ...

    @abstractmethod
    def evaluate_asked(self, node: ast.expr, kind: str) -> Value: ...

    @abstractmethod
    def evaluate_test(self, node: ast.expr, kind: str) -> None: ...

    @abstractmethod
    def extended(self, container: Container, other: Value, node: ast.expr | None = None) -> Container: ...

    @abstractmethod
    def import_names(self, node: ast.Import | ast.ImportFrom) -> None: ...

    @abstractmethod
    def invoke(self, function: SourceFunction, receiver: Value | None, arguments: Arguments) -> Value: ...

    @abstractmethod
    def invoke_closure(self, closure: Closure, arguments: Arguments) -> Value: ...

    @abstractmethod
    def item_of(self, value: Value, index: Value, node: ast.expr) -> Value: ...

    @abstractmethod
    def label_of(self, value: Value, node: ast.expr) -> Hashable: ...

    @abstractmethod
    def lookup(self, name: str) -> Value: ...

    @abstractmethod
    def merge(self, states: Sequence[State]) -> None: ...

    @abstractmethod
    def module_method(
        self, node: ast.Call, func: ast.Attribute, module: Instance, arguments: Arguments
    ) -> Value | None: ...

    @abstractmethod
    def modules_in(self, value: Value) -> list[Instance]: ...

    @abstractmethod
    def narrow(self, test: ast.expr, *, holds: bool) -> None: ...

    @abstractmethod
    def register_arguments(self, source: SourceClass, arguments: Arguments) -> None: ...

    @abstractmethod
    def record_inputs(self, function: SourceFunction) -> None: ...

    @abstractmethod
    def registry_item(self, value: Value, node: ast.expr) -> Value: ...

    @abstractmethod
    def repeated(self, container: Container, times: Value, node: ast.expr | ast.AugAssign) -> Container: ...

    @abstractmethod
    def restore(self, state: State) -> None: ...

    @abstractmethod
    def run(self, statements: Sequence[ast.stmt]) -> bool: ...

    @abstractmethod
    def save(self) -> State: ...

    @abstractmethod
    def selected_by(self, test: ast.expr) -> dict[int, tuple[Hashable, Loops]]: ...

    @abstractmethod
    def strided_by(self, test: ast.expr) -> Loops: ...

    @abstractmethod
    def tensor_attribute(self, value: Tensor, name: str) -> Value: ...

    @abstractmethod
    def truth_of(self, test: ast.expr) -> bool | None: ...

    @abstractmethod
    def use_module(
        self, module: Instance, node: ast.Call, place: ast.expr, arguments: Arguments
    ) -> Value: ...
