"""Builtins and functions of the standard library that matter for modules and tensors."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from torchready.facts.classes import SELF
from torchready.facts.events import Basis
from torchready.facts.tracing import basis_of
from torchready.facts.values import (
    NO_LOOPS,
    NONE,
    ON_SOME_PATHS,
    PLAIN_NUMBER,
    SHAPE_NUMBER,
    UNKNOWN,
    Constant,
    Container,
    Either,
    FileValue,
    Instance,
    Number,
    Partial,
    Size,
    SuperValue,
    Tensor,
    TorchName,
    Unknown,
    Value,
    certainty,
    loops_of,
    loops_of_all,
    parts_of,
)
from torchready.torch_api.aimet import PYTHON_OPERATORS

if TYPE_CHECKING:
    from torchready.facts.arguments import Arguments
    from torchready.facts.calls import Calls

Handler: TypeAlias = "Callable[[Calls, Arguments, ast.Call], Value]"


def _super(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    receiver = run.frame.receiver
    function = run.frame.function
    if not isinstance(receiver, Instance) or function is None or function.owner is None:
        return UNKNOWN
    after = function.owner
    if arguments.positional:
        from torchready.facts.values import ClassValue

        named = arguments.positional[0]
        if isinstance(named, ClassValue):
            after = named.source
    return SuperValue(after, receiver)


def _length(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    names = [part.id for part in node.args[:1] if isinstance(part, ast.Name)]
    grows = frozenset(loop for loop in run.loops if not run.changed_lists[loop].isdisjoint(names))
    if isinstance(value, Container) and value.items is not None and value.element is None and not grows:
        return Constant(len(value.items))
    if isinstance(value, Size):
        run.trusts_ranks = False
        return PLAIN_NUMBER
    if isinstance(value, Tensor) and value.is_sized_by_data:
        run.record_conversion(node.func, node, value, "torch.Tensor.__len__", Basis.LENGTH)
        return Number(("call", run.place(node)), from_tensor=True)
    if isinstance(value, Tensor) and value.is_parameter and isinstance(node.args[0], ast.Attribute):
        return PLAIN_NUMBER
    if certainty(value) is not None:
        run.record_conversion(node.func, node, value, "torch.Tensor.__len__", Basis.SHAPE)
        basis = basis_of(value)
        return SHAPE_NUMBER if basis is not None and basis[1] is None else PLAIN_NUMBER
    return Number(("length", run.label_of(value, node)), varies=grows)


def _range(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    values = arguments.positional
    if len(values) == 1 and isinstance(values[0], Constant) and isinstance(values[0].value, int):
        count = values[0].value
        if count <= 1:
            return Container("list", run.place(node), (Constant(0),) * max(count, 0))
    bases = [basis for value in values if (basis := basis_of(value)) is not None]
    read = {basis for basis, assumed in bases if run.is_supported(assumed)}
    bound = _bound(read) if read else None
    element = Unknown(("range", run.place(node)))
    # `range(start, end)` has other numbers in each turn of a loop that `start` comes from.
    varies = loops_of_all(values) if len(values) > 1 or arguments.is_open else NO_LOOPS
    return Container("range", run.place(node), None, None, element, bound=bound, varies=varies)


def _bound(read: set[Basis]) -> Number:
    """How often a range runs, by what its ends were read from."""
    from_shape = bool(read & {Basis.SHAPE, Basis.LENGTH}) and not read & {Basis.NUMBER, Basis.TENSOR}
    return Number(from_shape=from_shape, from_tensor=read != {Basis.SHAPE})


def _enumerate(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    values = arguments.positional
    if not values:
        return UNKNOWN
    counter = Container("range", run.place(node), None, None, UNKNOWN)
    return Container("zip", run.place(node), (counter, values[0]))


def _zip(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if arguments.is_open:
        return Container("list", run.place(node), None, None, run.derived_from(arguments.positional))
    return Container("zip", run.place(node), arguments.positional)


def _listed(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if arguments.positional and isinstance(arguments.positional[0], Tensor):
        run.record_loop(node, arguments.positional[0], "list")
    return _same(run, arguments, node)


def _same(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if not arguments.positional:
        return Container("list", run.place(node), (), created_in=frozenset(run.loops))
    value = arguments.positional[0]
    if isinstance(value, (Container, Instance, Tensor)):
        return value
    return run.derived_from((value,))


def _ordered(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if not arguments.positional and not arguments.is_open:
        names, values = tuple(arguments.keywords), tuple(arguments.keywords.values())
        return Container("dict", run.place(node), values, names, created_in=frozenset(run.loops))
    return _same(run, arguments, node)


def _getattr(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    owner, name = arguments.positional[:2]
    if isinstance(name, Constant) and isinstance(name.value, str):
        return run.attribute_of(owner, name.value)
    if isinstance(owner, Instance):
        label = ("attribute", run.label_of(name, node.args[1]))
        return Instance((owner.identity, label), varies=owner.varies | loops_of(name), certain=False)
    if isinstance(owner, (TorchName, FileValue)):
        return UNKNOWN
    return run.derived_from((owner,))


def _import_module(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    name = arguments.positional[0] if arguments.positional else UNKNOWN
    if not isinstance(name, Constant) or not isinstance(name.value, str) or name.value.startswith("."):
        return run.unknown_call(arguments, node)
    return run.project.module(name.value, run.project.file(run.path))


def _import_package(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    """`__import__("torch.nn")` gives torch."""
    name = arguments.positional[0] if arguments.positional else UNKNOWN
    if not isinstance(name, Constant) or not isinstance(name.value, str) or "." in name.value:
        return run.unknown_call(arguments, node)
    return _import_module(run, arguments, node)


def _setattr(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if len(arguments.positional) == 3:
        owner, name, value = arguments.positional
        if isinstance(owner, Instance) and isinstance(name, Constant) and isinstance(name.value, str):
            run.set_attribute(owner, name.value, value, node.args[2])
        elif isinstance(owner, Instance) and owner.identity == SELF:
            for module in run.modules_in(value):
                run.uses.setdefault(("registered", module.identity), ())
    return NONE


def _map(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    from torchready.facts.arguments import Arguments as Given

    loop = run.new_loop(node)
    before = run.loops
    elements = [run.element_of(value, loop, node)[0] for value in arguments.positional[1:]]
    run.loops = (*before, loop)
    place = arguments.nodes[0] if arguments.nodes else node.func
    result = run.call_value(arguments.positional[0], Given(tuple(elements), {}, ()), node, place)
    run.loops = before
    return Container("list", run.place(node), None, None, result)


def _next(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    element, _ = run.element_of(value, run.new_loop(node), node)
    if isinstance(element, Instance):
        return Unknown(("next", run.place(node)), frozenset(run.loops))
    return element


def _copied(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    return _copy(run, arguments.positional[0] if arguments.positional else UNKNOWN, node)


def _copied_with_contents(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    if not isinstance(value, Container):
        return _copy(run, value, node)
    items = None if value.items is None else tuple(_copy(run, item, node) for item in value.items)
    element = None if value.element is None else _copy(run, value.element, node)
    return replace(value, identity=("copied", run.place(node)), items=items, element=element)


def _copy(run: Calls, value: Value, node: ast.Call) -> Value:
    """Another object of the same kind."""
    match value:
        case Instance():
            identity = ("built", run.place(node), value.identity)
            loops = frozenset(run.loops)
            return Instance(identity, value.source, value.torch_class, loops, certain=value.certain)
        case Unknown():
            return Unknown(("copied", run.place(node)), value.varies)
        case Either(parts):
            return Either(tuple(_copy(run, part, node) for part in parts))
        case _:
            return value


def _partial(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    if not arguments.positional:
        return UNKNOWN
    return Partial(arguments.positional[0], arguments.positional[1:], tuple(arguments.keywords.items()))


def _number(converter: str | None) -> Handler:
    def handle(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
        value = arguments.positional[0] if arguments.positional else UNKNOWN
        if converter is not None:
            basis = run.record_conversion(node.func, node, value, f"torch.Tensor.{converter}")
            if basis is not None:
                return Number(("call", run.place(node)), False, loops_of(value), basis is not Basis.SHAPE)
        # Several turns share one result of `int(i / 2)`.
        is_quotient = isinstance(value, (Number, Unknown)) and "Div" in parts_of(value.label)
        varies = NO_LOOPS if is_quotient else loops_of(value)
        if isinstance(value, Number):
            return Number(("number", value.label), value.from_shape, varies, value.from_tensor)
        return Number(("call", run.place(node)), varies=varies)

    return handle


def _extreme(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    """`max(x, y)` asks which of the two is larger; `max(sequence)` does so for its elements."""
    values = arguments.positional
    varies = loops_of_all(values)
    found = [basis for value in values if (basis := basis_of(value)) is not None]
    if len(values) > 1 and not run.in_constructor:
        for value in values:
            run.record_test(node, value, "operand")
    if any(certainty(value) is not None for value in values):
        return run.derived_from(values)
    read = {basis[0] for basis in found}
    is_read = bool(read & {Basis.NUMBER, Basis.LENGTH}) and not run.in_constructor
    is_shape = bool(read & {Basis.SHAPE, Basis.LENGTH}) and Basis.NUMBER not in read
    return Number(("call", run.place(node)), is_shape, varies, is_read)


def _truth(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    """`bool(x)`."""
    value = arguments.positional[0] if arguments.positional else UNKNOWN
    basis = run.record_conversion(node.func, node, value, "torch.Tensor.__bool__")
    if basis is None:
        return _boolean(run, arguments, node)
    return Number(("call", run.place(node)), basis is Basis.SHAPE, loops_of(value), basis is not Basis.SHAPE)


def _boolean(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    return Unknown(("call", run.place(node)), loops_of_all(arguments.all()))


def _is_instance(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    """Who asks what x is does not take it for granted that it is a tensor."""
    if node.args and isinstance(node.args[0], ast.Name):
        name = node.args[0].id
        value = run.frame.names.get(name)
        if isinstance(value, Tensor):
            run.frame.names[name] = replace(value, assumed=ON_SOME_PATHS)
    return _boolean(run, arguments, node)


def _operator(name: str) -> Handler:
    def handle(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
        value = run.record_python_operator(name, arguments, node)
        return value if value is not None else run.unknown_call(arguments, node)

    return handle


def _absolute(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    value = run.record_python_operator("builtins.abs", arguments, node)
    return value if value is not None else _extreme(run, arguments, node)


def _summed(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    return run.derived_from(arguments.positional)


def _itself(run: Calls, arguments: Arguments, node: ast.Call) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


HANDLERS: dict[str, Handler] = {
    "builtins.super": _super,
    "builtins.staticmethod": _itself,
    "builtins.len": _length,
    "builtins.range": _range,
    "builtins.enumerate": _enumerate,
    "builtins.zip": _zip,
    "itertools.zip_longest": _zip,
    "builtins.list": _listed,
    "builtins.tuple": _listed,
    "builtins.reversed": _same,
    "builtins.iter": _same,
    "builtins.sorted": _same,
    "builtins.dict": _ordered,
    "collections.OrderedDict": _ordered,
    "builtins.getattr": _getattr,
    "builtins.setattr": _setattr,
    "builtins.map": _map,
    "builtins.next": _next,
    "copy.deepcopy": _copied_with_contents,
    "copy.copy": _copied,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_package,
    "functools.partial": _partial,
    "builtins.int": _number("__int__"),
    "builtins.float": _number("__float__"),
    "builtins.complex": _number("__complex__"),
    "builtins.round": _number(None),
    "builtins.min": _extreme,
    "builtins.max": _extreme,
    "builtins.abs": _absolute,
    "builtins.sum": _summed,
    "builtins.isinstance": _is_instance,
    "builtins.hasattr": _boolean,
    "builtins.callable": _boolean,
    "builtins.bool": _truth,
    "builtins.all": _boolean,
    "builtins.any": _boolean,
    **{name: _operator(name) for name in PYTHON_OPERATORS if name != "builtins.abs"},
}
