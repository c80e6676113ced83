"""Evaluates expressions on abstract values."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from torchready.facts.declarations import SourceFunction
from torchready.facts.events import Events, Operation, Site
from torchready.facts.paths import Frame, Guards, State, Use, exclusive, guards_of, with_use
from torchready.facts.project import Project
from torchready.facts.values import (
    DERIVED_TENSOR,
    LIKELY_TENSOR,
    NO_LOOPS,
    NONE,
    SHAPE_NUMBER,
    SIZE,
    SURE_TENSOR,
    UNKNOWN,
    Certainty,
    Closure,
    Constant,
    Container,
    Either,
    ExternalName,
    Instance,
    Loops,
    Number,
    Partial,
    Size,
    Tensor,
    TorchName,
    Unknown,
    Value,
    alternatives,
    certainty,
    join,
    loops_of,
    varying,
)
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.tensors import Kind, returned_kind

TENSOR_PROPERTIES = frozenset({"T", "mT", "H", "mH", "real", "imag", "data", "grad"})
TRANSPOSED = frozenset({"T", "mT", "H", "mH"})
# Folding goes on with nothing larger: programs that double a value over and over must not fill the memory.
LONGEST_TEXT = 1000
LARGEST_NUMBER = 2**64
NUMBER_PROPERTIES = frozenset({"ndim", "itemsize", "nbytes"})


class Expressions(ABC):
    """One interpretation: a frame at a time, with what has happened on the present path."""

    def __init__(self, project: Project, events: Events | None = None) -> None:
        self.project = project
        self.events = events if events is not None else Events()
        self.path = Path()
        # The file whose findings are wanted: functions of other files are followed only where they matter to it.
        self.home = Path()
        self.frame = Frame({}, _NO_PIECE, None)
        self.attributes: dict[tuple[Hashable, str], Value] = {}
        self.uses: dict[Hashable, tuple[Use, ...]] = {}
        self.guards: Guards = ()
        self.loops: tuple[int, ...] = ()
        self.stack: tuple[SourceFunction, ...] = ()
        self.chain: tuple[Hashable, ...] = ()
        self.budget = 400
        # Loops of other files' functions that run under a condition only: most calls never enter them.
        self.uncertain_loops: frozenset[int] = frozenset()
        # Loops of which a condition picks one turn: what it compares the counter with.
        self.selections: dict[int, tuple[Hashable, Loops]] = {}
        # The expression whose value nobody uses, and whether only the truth of what is evaluated now matters.
        self.discarded: ast.expr | None = None
        self.is_test = False
        self._loop_numbers: dict[Hashable, int] = {}
        self._labels: dict[Hashable, int] = {}
        self._own_labels = object()

    # -- what the classes above provide -------------------------------------------------------------

    @abstractmethod
    def call(self, node: ast.Call) -> Value: ...

    @abstractmethod
    def attribute_of(self, value: Value, name: str) -> Value: ...

    @abstractmethod
    def save(self) -> State: ...

    @abstractmethod
    def branches(self, runs: Sequence[Callable[[], bool]]) -> bool: ...

    @abstractmethod
    def assign_attribute(self, target: ast.Attribute, value: Value, source: ast.expr) -> None: ...

    # -- places -------------------------------------------------------------------------------------

    def site(self, node: ast.expr) -> Site:
        return Site(self.path, self.frame.piece, node, self.frame.function, self.frame.is_nested)

    def place(self, node: ast.expr | ast.stmt) -> Hashable:
        """A key of a place in the code, under the calls that led to it."""
        return (id(self.frame.piece), node.lineno, node.col_offset, node.end_col_offset, self.chain)

    def new_loop(self, node: ast.expr | ast.stmt | ast.comprehension) -> int:
        anchor = node.target if isinstance(node, ast.comprehension) else node
        return self._loop_numbers.setdefault(self.place(anchor), len(self._loop_numbers) + 1)

    def is_uncertain_here(self) -> bool:
        """Whether this is a conditional part of a function in another file."""
        return self.path != self.home and len(self.guards) > self.frame.guards_at_start

    # -- expressions --------------------------------------------------------------------------------

    def evaluate(self, node: ast.expr) -> Value:
        handler = _EXPRESSIONS.get(type(node))
        return handler(self, node) if handler is not None else UNKNOWN

    def _constant(self, node: ast.Constant) -> Value:
        return Constant(node.value)

    def _name(self, node: ast.Name) -> Value:
        return self.lookup(node.id)

    def lookup(self, name: str) -> Value:
        """What a name means here: a local, a top-level name of the file, or a builtin."""
        local = self.frame.names.get(name)
        if local is not None:
            return local
        found = self.project.resolve(self.path, name)
        return found if found is not None else ExternalName(f"builtins.{name}")

    def _attribute(self, node: ast.Attribute) -> Value:
        value = self.evaluate(node.value)
        if node.attr in TRANSPOSED:
            self._record_transposed(value, node)
        return self.attribute_of(value, node.attr)

    def _record_transposed(self, value: Value, node: ast.Attribute) -> None:
        level = certainty(value)
        if level is not None and level >= Certainty.LIKELY:
            self._record_operation(node.attr, node, value, value)

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.evaluate(node.value)
        if isinstance(node.slice, ast.Slice):
            for bound in (node.slice.lower, node.slice.upper, node.slice.step):
                if bound is not None:
                    self.evaluate(bound)
            return self._each(value, lambda one: self._slice_of(one, node.slice))
        index = self.evaluate(node.slice)
        return self._each(value, lambda one: self.item_of(one, index, node.slice))

    def _each(self, value: Value, get: Callable[[Value], Value]) -> Value:
        parts = [get(one) for one in alternatives(value)]
        joined = parts[0]
        for part in parts[1:]:
            joined = join(joined, part)
        return joined

    def _slice_of(self, value: Value, index: ast.expr) -> Value:
        if isinstance(value, Container):
            return self._sliced(value, index)
        if isinstance(value, Instance) and value.contents is not None:
            return self._sliced(value.contents, index)
        if isinstance(value, (Tensor, Size)):
            return value
        return self.derived_from((value,)) if isinstance(value, (Unknown, Instance)) else UNKNOWN

    def _sliced(self, container: Container, index: ast.expr) -> Container:
        part = ("slice", ast.unparse(index))
        bounds = _constant_bounds(index)
        if bounds is not None and container.items is not None and container.element is None:
            return Container(
                "list", container.identity, container.items[bounds], None, None, part=(container.part, part)
            )
        return Container(
            "list", container.identity, None, None, self.any_element(container), part=(container.part, part)
        )

    def item_of(self, value: Value, index: Value, node: ast.expr) -> Value:
        """`value[index]`."""
        if isinstance(value, Instance):
            return self._module_item(value, index, node)
        if isinstance(value, Container):
            return self._container_item(value, index, node)
        if isinstance(value, Size):
            return SHAPE_NUMBER
        if isinstance(value, Tensor):
            return Tensor(value.certainty, varies=value.varies | loops_of(index))
        if isinstance(value, Unknown):
            return Unknown(("item", value.label, self.label_of(index, node)), value.varies | loops_of(index))
        return self.registry_item(value)

    @abstractmethod
    def registry_item(self, value: Value) -> Value:
        """`REGISTRY[name]` for an object of a class of the workspace, or of something unknown."""

    def _container_item(self, container: Container, index: Value, node: ast.expr) -> Value:
        if isinstance(index, Constant) and container.items is not None:
            if container.keys is not None:
                if index.value in container.keys:
                    return container.items[container.keys.index(index.value)]
            elif isinstance(index.value, int) and container.element is None:
                if -len(container.items) <= index.value < len(container.items):
                    return container.items[index.value]
        return self._one_of(container, ("item", self.label_of(index, node)), loops_of(index))

    def _module_item(self, module: Instance, index: Value, node: ast.expr) -> Value:
        contents = module.contents
        label = ("item", self.label_of(index, node))
        if contents is not None:
            contents = Container(
                contents.kind,
                module.identity,
                contents.items,
                contents.keys,
                contents.element,
                part=contents.part,
            )
            item = self._container_item(contents, index, node)
            found = (
                item
                if isinstance(item, Instance)
                else Instance((module.identity, label), varies=loops_of(index))
            )
            return varying(found, module.varies)
        return Instance(
            (module.identity, label), varies=module.varies | loops_of(index), certain=module.certain
        )

    def _one_of(self, container: Container, label: Hashable, loops: Loops) -> Value:
        """One element of a container, told apart from the others by `label` and by the turn of `loops`."""
        element = self.any_element(container)
        modules = [part for part in alternatives(element) if isinstance(part, Instance)]
        if not modules:
            return element
        source = modules[0].source if len({module.source for module in modules}) == 1 else None
        kinds = {module.torch_class for module in modules}
        identity = (container.identity, container.part, label)
        torch_class = kinds.pop() if len(kinds) == 1 else None
        return Instance(
            identity, source, torch_class, varies=loops, certain=all(one.certain for one in modules)
        )

    def any_element(self, container: Container) -> Value:
        parts = [*(container.items or ()), *((container.element,) if container.element is not None else ())]
        if not parts:
            return UNKNOWN
        joined = parts[0]
        for part in parts[1:]:
            joined = join(joined, part)
        return joined

    def label_of(self, value: Value, node: ast.expr) -> Hashable:
        """Equal for two indices that select the same element in the same turn of all loops."""
        if isinstance(value, Constant):
            return ("constant", repr(value.value))
        if isinstance(value, (Number, Unknown)) and value.label is not None:
            return ("value", value.label)
        return ("place", self.place(node))

    def element_of(self, value: Value, loop: int, node: ast.expr) -> tuple[Value, bool]:
        """(what a turn of `loop` over `value` gets, whether there is at most one turn)."""
        loops = frozenset((loop,))
        if isinstance(value, Instance):
            if value.contents is not None:
                return self.element_of(_of_module(value), loop, node)
            return Instance(
                (value.identity, "each"), varies=value.varies | loops, certain=value.certain
            ), False
        if isinstance(value, Container):
            once = value.items is not None and value.element is None and len(value.items) <= 1
            if value.kind == "dict":
                return Unknown(("key", loop), loops), once
            if value.kind == "zip" and value.items is not None:
                elements = tuple(self.element_of(item, loop, node)[0] for item in value.items)
                return Container("tuple", ("turn", loop), elements), False
            return varying(self._turn_element(value, loops), value.varies), once
        if isinstance(value, Tensor):
            return Tensor(value.certainty, varies=loops), False
        if isinstance(value, (Number, Size)):
            return Number(("turn", loop), isinstance(value, Size), loops), False
        if isinstance(value, Either):
            parts = [self.element_of(part, loop, node)[0] for part in value.alternatives]
            joined = parts[0]
            for part in parts[1:]:
                joined = join(joined, part)
            return joined, False
        return Unknown(("turn", loop), loops), False

    def _turn_element(self, container: Container, loops: Loops) -> Value:
        element = self._one_of(container, "each", loops)
        if isinstance(element, Container) and element.items is not None:
            items = tuple(
                self._one_of(Container("list", (container.identity, index), None, None, item), "each", loops)
                if any(isinstance(part, Instance) for part in alternatives(item))
                else item
                for index, item in enumerate(element.items)
            )
            return Container(element.kind, ("turn", element.identity), items, element.keys, element.element)
        if isinstance(element, Unknown):
            return Unknown(("turn", *sorted(loops)), loops)
        if isinstance(element, Constant):
            return Unknown(("turn", *sorted(loops)), loops)
        return element

    def element_at(self, value: Value, index: int, node: ast.expr) -> Value:
        """What unpacking puts into the name at `index`."""
        if isinstance(value, Unknown):
            return Unknown(("part", value.label, index), value.varies)
        return self._each(value, lambda one: self.item_of(one, Constant(index), node))

    # -- operators ----------------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp) -> Value:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        return self.combine(node.op, left, right, node, node)

    def combine(
        self,
        operator: ast.operator,
        left: Value,
        right: Value,
        node: ast.expr | ast.AugAssign,
        where: ast.expr | ast.stmt,
    ) -> Value:
        """The value of an arithmetic operation; records it when it works on a tensor."""
        if isinstance(left, Container) or isinstance(right, Container):
            return self._combine_containers(operator, left, right, node)
        sides = [level for level in (certainty(left), certainty(right)) if level is not None]
        if sides:
            if max(sides) >= Certainty.LIKELY:
                self._record_operation(type(operator).__name__, node, left, right)
            return Tensor(max(sides), varies=loops_of(left) | loops_of(right))
        return self._combine_numbers(operator, left, right, where)

    def _combine_containers(
        self, operator: ast.operator, left: Value, right: Value, node: ast.expr | ast.AugAssign
    ) -> Value:
        if isinstance(operator, ast.Add) and isinstance(left, Container):
            return self.extended(
                left, right, node.value if isinstance(node, ast.AugAssign) else _right_of(node)
            )
        if isinstance(operator, ast.Mult):
            container = left if isinstance(left, Container) else right
            if isinstance(container, Container):
                return self.repeated(container, left if container is right else right, node)
        return UNKNOWN

    @abstractmethod
    def extended(self, container: Container, other: Value, node: ast.expr | None = None) -> Value: ...

    @abstractmethod
    def repeated(self, container: Container, times: Value, node: ast.expr | ast.AugAssign) -> Value: ...

    def _combine_numbers(
        self, operator: ast.operator, left: Value, right: Value, where: ast.expr | ast.stmt
    ) -> Value:
        name = type(operator).__name__
        if isinstance(left, Constant) and isinstance(right, Constant):
            return _folded(name, left, right)
        # Several turns share one result of `i // 2`, `i % 2`.
        varies = NO_LOOPS if name in ("FloorDiv", "Mod") else loops_of(left) | loops_of(right)
        label = self._short_label((name, _number_label(left), _number_label(right)))
        if isinstance(left, (Number, Constant)) and isinstance(right, (Number, Constant)):
            from_shape = any(isinstance(side, Number) and side.from_shape for side in (left, right))
            return Number(label, from_shape, varies)
        return Unknown(label, varies)

    def _short_label(self, label: Hashable) -> Hashable:
        """A label equal for equal labels of this interpretation; built from labels it would double each time."""
        return ("computed", self._own_labels, self._labels.setdefault(label, len(self._labels)))

    def _record_operation(
        self, operator: str, node: ast.expr | ast.AugAssign, left: Value, right: Value
    ) -> None:
        if not self.project.records_operations:
            return
        site = self.site(node.target if isinstance(node, ast.AugAssign) else node)
        if isinstance(node, ast.AugAssign):
            site = replace(site, statement=node)
        levels = [level for level in (certainty(left), certainty(right)) if level is not None]
        surest = max(levels, default=Certainty.LIKELY)
        repeats = bool(self.loops) or self.visited_before(("site", site.key))
        known = self.events.operations.get(site.key)
        if known is None:
            self.events.operations[site.key] = Operation(
                site, operator, node, len(levels) < 2, surest, repeats
            )
        else:
            known.repeats |= repeats
            known.certainty = min(known.certainty, surest)

    def visited_before(self, key: Hashable) -> bool:
        """Note that this place runs now; True when it may have run before on the same path."""
        uses = self.uses.get(key, ())
        before = any(not exclusive(use.guards, self.guards) for use in uses)
        self.uses[key] = with_use(uses, Use(_NO_SITE, self.guards))
        return before

    def _unary(self, node: ast.UnaryOp) -> Value:
        value = self.evaluate(node.operand)
        if isinstance(node.op, ast.Not):
            return Unknown(("not", self.place(node)), loops_of(value))
        if (
            isinstance(value, Constant)
            and isinstance(node.op, ast.USub)
            and isinstance(value.value, (int, float))
        ):
            return Constant(-value.value)
        level = certainty(value)
        if level is not None:
            if level >= Certainty.LIKELY:
                self._record_operation(type(node.op).__name__, node, value, value)
            return Tensor(level, varies=loops_of(value))
        if isinstance(value, Number):
            return Number((type(node.op).__name__, value.label), value.from_shape, value.varies)
        return UNKNOWN

    def _compare(self, node: ast.Compare) -> Value:
        values = [self.evaluate(part) for part in (node.left, *node.comparators)]
        if any(isinstance(operator, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for operator in node.ops):
            return Unknown(
                ("compare", self.place(node)), NO_LOOPS.union(*(loops_of(value) for value in values))
            )
        levels = [level for value in values if (level := certainty(value)) is not None]
        if levels and max(levels) >= Certainty.LIKELY:
            self._record_operation(type(node.ops[0]).__name__, node, values[0], values[1])
            return Tensor(max(levels))
        return self.derived_from(values)

    def _boolean(self, node: ast.BoolOp) -> Value:
        value = self.evaluate(node.values[0])
        for before, operand in zip(node.values, node.values[1:], strict=False):
            value = join(value, self._maybe(before, operand, holds=isinstance(node.op, ast.And)))
        return value

    def _maybe(self, test: ast.expr, node: ast.expr, *, holds: bool) -> Value:
        """An operand that runs only when the one before it came out as `holds`."""
        found: list[Value] = []

        def run() -> bool:
            self.guards = (*self.guards, *guards_of(test, self.frame.names, holds=holds))
            self.narrow(test, holds=holds)
            found.append(self.evaluate(node))
            return True

        self.branches((run, lambda: True))
        return found[0]

    def evaluate_test(self, node: ast.expr) -> None:
        """Evaluate a condition: what happens in it matters, its value does not."""
        before, self.is_test = self.is_test, True
        self.evaluate(node)
        self.is_test = before

    def _conditional(self, node: ast.IfExp) -> Value:
        self.evaluate_test(node.test)
        truth = self.truth_of(node.test)
        if truth is not None:
            return self.evaluate(node.body if truth else node.orelse)
        found: list[Value] = []

        def arm(branch: ast.expr, holds: bool) -> Callable[[], bool]:
            def run() -> bool:
                self.guards = (*self.guards, *guards_of(node.test, self.frame.names, holds=holds))
                self.narrow(node.test, holds=holds)
                found.append(self.evaluate(branch))
                return True

            return run

        self.branches((arm(node.body, True), arm(node.orelse, False)))
        return join(found[0], found[1])

    def truth_of(self, test: ast.expr) -> bool | None:
        """What a test always comes out as, None when that depends."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            truth = self.truth_of(test.operand)
            return None if truth is None else not truth
        if isinstance(test, ast.Constant):
            return bool(test.value)
        if isinstance(test, (ast.Name, ast.Attribute)):
            name = test.id if isinstance(test, ast.Name) else test.attr
            return False if name == "TYPE_CHECKING" else None
        return None

    def selected_by(self, test: ast.expr) -> dict[int, tuple[Hashable, Loops]]:
        """The loops of which `test` picks one turn, as `index == wanted` does."""
        if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
            return {}
        sides = (test.left, test.comparators[0])
        values = [
            self.evaluate(side) if isinstance(side, (ast.Name, ast.Constant)) else UNKNOWN for side in sides
        ]
        found: dict[int, tuple[Hashable, Loops]] = {}
        for counter, wanted, node in ((values[0], values[1], sides[1]), (values[1], values[0], sides[0])):
            for loop in loops_of(counter) - loops_of(wanted):
                found[loop] = (self.label_of(wanted, node), loops_of(wanted))
        return found

    def narrow(self, test: ast.expr, *, holds: bool) -> None:
        """Use what a test says about a name: after `isinstance(x, Tensor)`, x is a tensor."""
        if (
            not isinstance(test, ast.Call)
            or not isinstance(test.func, ast.Name)
            or test.func.id != "isinstance"
        ):
            return
        if len(test.args) != 2 or not isinstance(test.args[0], ast.Name):
            return
        name = test.args[0].id
        kind = self.evaluate(test.args[1])
        if isinstance(kind, TorchName) and kind.name == "torch.Tensor":
            self.frame.names[name] = SURE_TENSOR if holds else UNKNOWN
        elif holds and isinstance(self.frame.names.get(name), Tensor) and not isinstance(kind, Container):
            self.frame.names[name] = UNKNOWN

    # -- displays -----------------------------------------------------------------------------------

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        kind = type(node).__name__.lower()
        container = Container(kind, self.place(node), (), created_in=frozenset(self.loops))
        for element in node.elts:
            if isinstance(element, ast.Starred):
                extended = self.extended(container, self.evaluate(element.value))
                container = extended if isinstance(extended, Container) else container
            elif container.items is not None:
                container = _with_item(container, self.evaluate(element))
            else:
                value = self.evaluate(element)
                before = container.element
                joined = value if before is None else join(before, value)
                container = Container(kind, container.identity, None, None, joined, container.created_in)
        return container

    def _dictionary(self, node: ast.Dict) -> Value:
        items: list[Value] = []
        keys: list[Hashable] = []
        open_ended = False
        for key, element in zip(node.keys, node.values, strict=True):
            value = self.evaluate(element)
            if key is None:
                open_ended = True
                items.append(value)
                continue
            name = self.evaluate(key)
            if not isinstance(name, Constant):
                open_ended = True
            items.append(value)
            keys.append(name.value if isinstance(name, Constant) else None)
        place, loops = self.place(node), frozenset(self.loops)
        if open_ended:
            element = self.any_element(Container("dict", place, tuple(items)))
            return Container("dict", place, None, None, element if items else None, loops)
        return Container("dict", place, tuple(items), tuple(keys), None, loops)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        kind = "dict" if isinstance(node, ast.DictComp) else "list"
        element = node.value if isinstance(node, ast.DictComp) else node.elt
        outer = set(self.frame.names)
        with self._inside(node.generators) as loops:
            if isinstance(node, ast.DictComp):
                self.evaluate(node.key)
            value = self.evaluate(element)
        for name in set(self.frame.names) - outer:
            del self.frame.names[name]
        del loops
        return Container(kind, self.place(node), None, None, value, frozenset(self.loops))

    @contextmanager
    def _inside(self, generators: Sequence[ast.comprehension]) -> Iterator[Loops]:
        before, guards = self.loops, self.guards
        for generator in generators:
            iterated = self.evaluate(generator.iter)
            loop = self.new_loop(generator)
            element, at_most_once = self.element_of(iterated, loop, generator.iter)
            if not at_most_once:
                if self.is_uncertain_here():
                    self.uncertain_loops = self.uncertain_loops | {loop}
                self.loops = (*self.loops, loop)
            self.bind(generator.target, element, generator.iter)
            for test in generator.ifs:
                self.evaluate(test)
        try:
            yield frozenset(self.loops)
        finally:
            self.loops, self.guards = before, guards

    def _lambda(self, node: ast.Lambda) -> Value:
        return self.closure(node)

    def closure(self, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> Closure:
        frame = self.frame
        return Closure(node, frame.piece, self.path, frame.names, frame.function, frame.receiver)

    def _formatted(self, node: ast.JoinedStr) -> Value:
        labels: list[Hashable] = []
        varies = NO_LOOPS
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.evaluate(part.value)
                varies |= loops_of(value)
                labels.append(self.label_of(value, part.value))
            else:
                labels.append(ast.unparse(part))
        return Unknown(("text", *labels), varies)

    def _slice(self, node: ast.Slice) -> Value:
        for bound in (node.lower, node.upper, node.step):
            if bound is not None:
                self.evaluate(bound)
        return UNKNOWN

    def _starred(self, node: ast.Starred) -> Value:
        return self.evaluate(node.value)

    def _awaited(self, node: ast.Await | ast.YieldFrom) -> Value:
        return self.evaluate(node.value)

    def _yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            value = self.evaluate(node.value)
            self.frame.returned.append((Container("list", self.place(node), None, None, value), self.save()))
        return UNKNOWN

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.evaluate(node.value)
        self.bind(node.target, value, node.value)
        return value

    # -- binding ------------------------------------------------------------------------------------

    def bind(self, target: ast.expr, value: Value, source: ast.expr) -> None:
        match target:
            case ast.Name():
                self.frame.names[target.id] = value
            case ast.Attribute():
                self.assign_attribute(target, value, source)
            case ast.Tuple() | ast.List():
                self._unpack(target, value, source)
            case ast.Starred():
                self.bind(target.value, self.derived_from((value,)) if certainty(value) else UNKNOWN, source)
            case ast.Subscript():
                self.evaluate(target.value)
                self.evaluate(target.slice)
                self.assign_item(target, value)
            case _:
                return

    @abstractmethod
    def assign_item(self, target: ast.Subscript, value: Value) -> None: ...

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: ast.expr) -> None:
        sources: Sequence[ast.expr] = ()
        if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(target.elts):
            sources = source.elts
        starred = next(
            (index for index, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None
        )
        for index, part in enumerate(target.elts):
            if starred is not None and index >= starred:
                rest = self._rest(value, index, len(target.elts)) if index == starred else UNKNOWN
                self.bind(part.value if isinstance(part, ast.Starred) else part, rest, source)
            else:
                self.bind(part, self.element_at(value, index, part), sources[index] if sources else source)

    def _rest(self, value: Value, start: int, count: int) -> Value:
        if isinstance(value, Container) and value.items is not None and value.element is None:
            after = count - start - 1
            return Container(
                "list", value.identity, value.items[start : len(value.items) - after], None, None
            )
        return self.derived_from((value,))

    def derived_from(self, values: Sequence[Value]) -> Value:
        """What something unknown makes of these."""
        varies = NO_LOOPS.union(*(loops_of(value) for value in values))
        if any(holds_tensor(value) for value in values):
            return Tensor(Certainty.DERIVED, varies=varies) if varies else DERIVED_TENSOR
        return Unknown(varies=varies) if varies else UNKNOWN

    def tensor_attribute(self, value: Tensor, name: str) -> Value:
        if name == "shape":
            return SIZE
        if name in TENSOR_PROPERTIES:
            return value
        if name in NUMBER_PROPERTIES:
            return SHAPE_NUMBER
        if find_functional(f"torch.Tensor.{name}") is not None:
            return Partial(TorchName(f"torch.Tensor.{name}"), (value,))
        kind = returned_kind(f"torch.Tensor.{name}")
        if value.certainty >= Certainty.LIKELY and kind in (Kind.DTYPE, Kind.DEVICE, Kind.BOOL):
            return UNKNOWN
        return DERIVED_TENSOR if kind is Kind.UNKNOWN else UNKNOWN


def holds_tensor(value: Value) -> bool:
    for part in alternatives(value):
        if isinstance(part, Tensor):
            return True
        if isinstance(part, Container):
            inner = [*(part.items or ()), *((part.element,) if part.element is not None else ())]
            if any(holds_tensor(item) for item in inner):
                return True
    return False


def _right_of(node: ast.expr) -> ast.expr | None:
    return node.right if isinstance(node, ast.BinOp) else None


def _of_module(module: Instance) -> Container:
    contents = module.contents
    assert contents is not None
    kind = "list" if contents.kind != "dict" else "dict"
    return Container(
        kind,
        module.identity,
        contents.items,
        contents.keys,
        contents.element,
        part=contents.part,
        varies=module.varies,
    )


def _with_item(container: Container, value: Value) -> Container:
    items = (*(container.items or ()), value)
    return Container(container.kind, container.identity, items, None, container.element, container.created_in)


def _constant_bounds(index: ast.expr) -> slice | None:
    if not isinstance(index, ast.Slice):
        return None
    bounds: list[int | None] = []
    for bound in (index.lower, index.upper, index.step):
        if bound is None:
            bounds.append(None)
            continue
        try:
            value: object = ast.literal_eval(bound)
        except ValueError:
            return None
        if not isinstance(value, int):
            return None
        bounds.append(value)
    return slice(*bounds)


def _number_label(value: Value) -> Hashable:
    if isinstance(value, Constant):
        return repr(value.value)
    return value.label if isinstance(value, (Number, Unknown)) else type(value).__name__


def _folded(name: str, left: Constant, right: Constant) -> Value:
    one, other = left.value, right.value
    if (
        isinstance(one, str)
        and isinstance(other, str)
        and name == "Add"
        and len(one) + len(other) <= LONGEST_TEXT
    ):
        return Constant(one + other)
    if not isinstance(one, int) or not isinstance(other, int):
        return Number((name, repr(one), repr(other)))
    if max(abs(one), abs(other)) > LARGEST_NUMBER:
        return Number((name, one, other))
    if name == "Add":
        return Constant(one + other)
    if name == "Sub":
        return Constant(one - other)
    if name == "Mult":
        return Constant(one * other)
    return Number((name, one, other))


from torchready.syntax import Piece  # noqa: E402

_NO_PIECE = Piece("")
_NO_SITE = Site(Path(), _NO_PIECE, ast.Constant(None), None)
_EXPRESSIONS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: Expressions._constant,
    ast.Name: Expressions._name,
    ast.Attribute: Expressions._attribute,
    ast.Subscript: Expressions._subscript,
    ast.BinOp: Expressions._binary,
    ast.UnaryOp: Expressions._unary,
    ast.Compare: Expressions._compare,
    ast.BoolOp: Expressions._boolean,
    ast.IfExp: Expressions._conditional,
    ast.Tuple: Expressions._sequence,
    ast.List: Expressions._sequence,
    ast.Set: Expressions._sequence,
    ast.Dict: Expressions._dictionary,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.Lambda: Expressions._lambda,
    ast.JoinedStr: Expressions._formatted,
    ast.Slice: Expressions._slice,
    ast.Starred: Expressions._starred,
    ast.Await: Expressions._awaited,
    ast.YieldFrom: Expressions._awaited,
    ast.Yield: Expressions._yield,
    ast.NamedExpr: Expressions._named,
    ast.Call: lambda self, node: self.call(node),
}
_ = (NONE, LIKELY_TENSOR)
