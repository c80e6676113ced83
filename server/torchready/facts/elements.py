"""Elements of sequences, containers of modules, and what is made of tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from torchready.facts.sized_by_data import is_picked_by_data
from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    DERIVED_TENSOR,
    LENGTH_BY_DATA,
    OF_MODULE,
    ON_SOME_PATHS,
    PLAIN_NUMBER,
    SHAPE_NUMBER,
    SIZE,
    UNKNOWN,
    Certainty,
    Constant,
    Container,
    Either,
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
    holds_tensor,
    join,
    loops_of,
    loops_of_all,
    parts_of,
    varying,
    without_rank,
)
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.tensors import Kind, returned_kind

TENSOR_PROPERTIES = frozenset({"T", "mT", "H", "mH", "real", "imag", "data", "grad"})
NUMBER_PROPERTIES = frozenset({"ndim", "itemsize"})


class Elements(Tracing):
    """Elements of values."""

    def _each(self, value: Value, get: Callable[[Value], Value]) -> Value:
        parts = [get(one) for one in alternatives(value)]
        joined = parts[0]
        for part in parts[1:]:
            joined = join(joined, part)
        return joined

    def _slice_of(self, value: Value, index: ast.expr, bounds: Sequence[Value]) -> Value:
        if isinstance(value, Container):
            return self._sliced(value, index)
        if isinstance(value, Instance) and value.contents is not None:
            return self._sliced(value.contents, index)
        if isinstance(value, Tensor):
            # Some of the samples: how many there are is no longer that of the batch.
            return replace(value, layout=None, sizes=())
        if isinstance(value, Size):
            return value if isinstance(index, ast.Slice) and index.lower is None else SIZE
        return self.derived_from((value, *bounds)) if isinstance(value, (Unknown, Instance)) else UNKNOWN

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
            if value.is_fixed:
                return PLAIN_NUMBER
            return LENGTH_BY_DATA if value.is_by_data and index == Constant(0) else SHAPE_NUMBER
        if isinstance(value, Tensor):
            return self._part_of_tensor(value, index, node)
        if isinstance(value, Unknown):
            return Unknown(("item", value.label, self.label_of(index, node)), value.varies | loops_of(index))
        return self.registry_item(value, node)

    def _part_of_tensor(self, value: Tensor, index: Value, node: ast.expr) -> Tensor:
        # A number picks a view of a parameter, a tensor computes another one.
        stays = value.is_parameter and _is_counter(index)
        assumed, is_picked = _of_part(value.assumed), is_picked_by_data(value, index, node)
        if isinstance(index, Tensor) and is_picked:
            is_picked = self.is_supported(index.assumed) or _whole(index.assumed) == _whole(value.assumed)
            if is_picked:
                # Only tensors are asked for what a mask picks.
                self.show_tensor(value)
                assumed = value.assumed
        return Tensor(
            value.certainty,
            stays,
            value.varies | loops_of(index),
            assumed,
            is_sized_by_data=is_picked,
            is_boolean=value.is_boolean,
        )

    def _container_item(self, container: Container, index: Value, node: ast.expr) -> Value:
        if isinstance(index, Constant) and container.items is not None:
            if container.keys is not None:
                if index.value in container.keys:
                    return _read(container.items[container.keys.index(index.value)], container)
            elif isinstance(index.value, int) and _has_index(container, index.value):
                return _read(container.items[index.value], container)
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
            return _read(element, container)
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
            return Tensor(value.certainty, varies=loops, assumed=_of_part(value.assumed)), False
        if isinstance(value, (Number, Size)):
            is_read = isinstance(value, Number) and value.from_tensor
            return Number(("turn", loop), isinstance(value, Size), loops, is_read), False
        if isinstance(value, Either):
            parts = [self.element_of(part, loop, node)[0] for part in value.alternatives]
            joined = parts[0]
            for part in parts[1:]:
                joined = join(joined, part)
            return joined, False
        return Unknown(("turn", loop), loops), False

    def _turn_element(self, container: Container, loops: Loops) -> Value:
        element = _row_of(self._one_of(container, "each", loops))
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
        if isinstance(element, Number) and element.from_tensor:
            return Number(("turn", *sorted(loops)), varies=loops, from_tensor=True)
        return element

    def element_at(self, value: Value, index: int, node: ast.expr) -> Value:
        """What unpacking puts into the name at `index`."""
        if isinstance(value, Unknown):
            return Unknown(("part", value.label, index), value.varies)
        return self._each(value, lambda one: self.item_of(one, Constant(index), node))

    def derived_from(self, values: Sequence[Value]) -> Value:
        """What something unknown makes of these."""
        varies = loops_of_all(values)
        if any(holds_tensor(value) for value in values):
            return Tensor(Certainty.DERIVED, varies=varies) if varies else DERIVED_TENSOR
        return Unknown(varies=varies) if varies else UNKNOWN

    def tensor_attribute(self, value: Tensor, name: str) -> Value:
        if name == "shape":
            self.show_tensor(value)
            return Size(value.is_sized_by_data)
        if name in TENSOR_PROPERTIES:
            return value
        if name in NUMBER_PROPERTIES:
            self.trusts_ranks &= value.rank is None or name != "ndim"
            return PLAIN_NUMBER
        if find_functional(f"torch.Tensor.{name}") is not None:
            return Partial(TorchName(f"torch.Tensor.{name}"), (value,))
        kind = returned_kind(f"torch.Tensor.{name}")
        if value.certainty >= Certainty.LIKELY and kind in (Kind.DTYPE, Kind.DEVICE, Kind.BOOL):
            return UNKNOWN
        return DERIVED_TENSOR if kind is Kind.UNKNOWN else UNKNOWN


def _read(value: Value, container: Container) -> Value:
    """What is read out of a container: a list that has a name may hold something else since."""
    is_kept = isinstance(value, Tensor) and (container.kind == "tuple" or container.items is None)
    return value if is_kept else without_rank(value)


def _is_counter(index: Value) -> bool:
    if isinstance(index, Unknown):
        return parts_of(index.label)[:1] == ("turn",)
    return isinstance(index, (Constant, Number))


def _of_part(assumed: Hashable) -> Hashable:
    """A list of tensors has tensors as its parts without being one."""
    if assumed in (None, OF_MODULE, ON_SOME_PATHS) or parts_of(assumed)[:1] == ("part",):
        return assumed
    return ("part", assumed)


def _whole(assumed: Hashable) -> Hashable:
    """What a part is a part of."""
    while len(parts := parts_of(assumed)) == 2 and parts[0] == "part":
        assumed = parts[1]
    return assumed


def _has_index(container: Container, index: int) -> bool:
    if container.items is None or container.element is not None:
        return False
    return -len(container.items) <= index < len(container.items)


def _row_of(element: Value) -> Value:
    """One row that stands for several of the same length, `[3, nn.ReLU()]` and `[4, nn.Sigmoid()]`."""
    parts = [part for part in alternatives(element) if isinstance(part, Container)]
    rows = [part.items for part in parts if part.items]
    if len(rows) < 2 or len(rows) != len(alternatives(element)) or len({len(row) for row in rows}) > 1:
        return element
    items = rows[0]
    for row in rows[1:]:
        items = tuple(join(one, other) for one, other in zip(items, row, strict=True))
    return Container("tuple", ("rows", *(part.identity for part in parts)), items)


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
