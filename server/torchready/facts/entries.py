"""Where interpretation begins: a constructor, a forward, or a function that stands by itself."""

from __future__ import annotations

from torchready.facts.arguments import Arguments
from torchready.facts.classes import SELF, Attributes, find_function, lineage
from torchready.facts.core import Core
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.events import Events, UnregisteredModules
from torchready.facts.interpreter import Interpreter
from torchready.facts.parameters import entry_parameter, with_defaults
from torchready.facts.paths import Frame
from torchready.facts.project import Project
from torchready.facts.returned import Returned
from torchready.facts.values import (
    DERIVED_TENSOR,
    LIKELY_TENSOR,
    Container,
    Instance,
    Plain,
    Unknown,
    Value,
    alternatives,
    parts_of,
    without_rank,
)


def run_constructor(project: Project, source: SourceClass) -> Attributes:
    """Interpret `__init__` with unknown arguments."""
    run = Interpreter(project)
    run.in_constructor = True
    run.home = source.path
    function = find_function(project, source, "__init__")
    receiver = Instance(SELF, source)
    if function is not None:
        arguments = _entry_arguments(run, function, receiver, is_constructor=True)
        run.path = function.path
        run.frame = Frame({}, function.piece, function, receiver)
        run.invoke(function, receiver, arguments)
    values = {name: value for (owner, name), value in run.attributes.items() if owner == SELF}
    names = {
        part.identity: name
        for name, value in reversed(values.items())
        for part in alternatives(value)
        if isinstance(part, Instance)
    }
    _find_unregistered(run, values)
    return Attributes(values, names, _kept_parameters(values), run.events, run.assigned)


def _kept_parameters(values: dict[str, Value]) -> frozenset[str]:
    kept: set[str] = set()
    for value in values.values():
        for part in alternatives(value):
            label = (
                part.identity
                if isinstance(part, Instance)
                else part.label
                if isinstance(part, Unknown)
                else None
            )
            match parts_of(label):
                case ("parameter", str() as name):
                    kept.add(name)
                case _:
                    pass
    return frozenset(kept)


def _find_unregistered(run: Interpreter, values: dict[str, Value]) -> None:
    for name, value in values.items():
        site = run.assigned.get(name)
        if (
            site is None
            or not isinstance(value, Container)
            or value.kind not in ("list", "tuple", "dict", "set")
        ):
            continue
        modules = run.modules_in(value)
        built = [module for module in modules if module.creation is not None]
        turned = ("registered", (value.identity, value.part, "each")) in run.uses
        if all(map(_is_loss_without_state, built)):
            continue
        if len(built) == len(modules) and not turned and not any(map(run.is_registered, modules)):
            run.events.unregistered[site.key] = UnregisteredModules(
                site, f"self.{name}", value.kind, value.keys
            )


def _is_loss_without_state(module: Instance) -> bool:
    """`nn.L1Loss()`: nobody quantizes it, and it has nothing to train, save or move."""
    if module.creation is None or not (module.torch_class or "").endswith("Loss"):
        return False
    call = module.creation.call
    return not call.args and {keyword.arg for keyword in call.keywords} <= {"reduction"}


def run_method(
    project: Project, source: SourceClass, function: SourceFunction, *, is_forward: bool
) -> Events:
    """Interpret a method of a class with unknown inputs."""
    run = Interpreter(project)
    is_module = lineage(project, source).is_module
    receiver: Value = Instance(SELF, source) if is_module else Plain(source)
    run.home = source.path
    _run_function(run, function, receiver, is_forward=is_forward)
    return run.events


def run_free_function(project: Project, function: SourceFunction) -> Events:
    """Interpret a function that stands outside of classes."""
    run = Interpreter(project)
    run.home = function.path
    _run_function(run, function, None, is_forward=False)
    return run.events


def _run_function(
    run: Interpreter, function: SourceFunction, receiver: Value | None, *, is_forward: bool
) -> None:
    decorators = function.decorator_names()
    if "staticmethod" in decorators:
        receiver = None
    run.path = function.path
    run.frame = Frame({}, function.piece, function, receiver)
    arguments = _entry_arguments(run, function, receiver, is_forward=is_forward)
    if is_forward:
        run.entry = run.project.current_function(function)
        run.record_inputs(function)
    run.invoke(function, receiver, arguments)


def _entry_arguments(
    run: Core,
    function: SourceFunction,
    receiver: Value | None,
    *,
    is_forward: bool = False,
    is_constructor: bool = False,
) -> Arguments:
    parameters = with_defaults(function.node.args)
    keywords: dict[str, Value] = {}
    run.path = function.path
    run.frame = Frame({}, function.piece, function, receiver)
    for parameter, default in parameters[1:] if receiver is not None else parameters:
        keywords[parameter.arg] = entry_parameter(
            run, parameter, default, is_forward=is_forward, is_constructor=is_constructor
        )
    rest: tuple[Value, ...] = ()
    if function.node.args.vararg is not None and not is_constructor:
        rest = (LIKELY_TENSOR if is_forward else DERIVED_TENSOR,)
    is_open = function.node.args.vararg is not None
    names = [parameter.arg for parameter in function.node.args.posonlyargs + function.node.args.args]
    if rest:
        ordered = [keywords.pop(name) for name in names[1 if receiver is not None else 0 :]]
        return Arguments((*ordered, *rest), keywords, (), is_open)
    return Arguments((), keywords, (), is_open)


def returned_by(
    run: Core,
    function: SourceFunction,
    positional: tuple[Value, ...],
    keywords: tuple[tuple[str, Value], ...],
) -> Returned:
    """What happens in a plain function that is given such arguments."""
    inner = Interpreter(run.project, Events())
    inner.in_constructor = run.in_constructor
    inner.path = function.path
    inner.home = run.home
    inner.frame = Frame({}, function.piece, function)
    inner.stack = run.stack
    inner.budget = min(run.budget, 60)
    value = inner.invoke(function, None, Arguments(positional, dict(keywords), ()))
    events = inner.events
    on_parameters = tuple(call for call in events.functional_calls.values() if call.is_given_parameters)
    return Returned(
        without_rank(value), tuple(events.tracing.values()), frozenset(events.shown), on_parameters
    )
