"""What a call does: runs a module, builds one, calls torch, or goes into a function of the workspace."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from torchready.facts import builtin_calls
from torchready.facts.arguments import Arguments
from torchready.facts.attribute_access import AttributeAccess
from torchready.facts.boundary import Boundary
from torchready.facts.core import RUNS_ARGUMENT
from torchready.facts.events import ModuleReuse
from torchready.facts.expressions import Expressions
from torchready.facts.function_calls import FunctionCalls
from torchready.facts.module_calls import ModuleCalls
from torchready.facts.paths import merged_uses
from torchready.facts.registrations import KEEPS_ARGUMENT, Registrations
from torchready.facts.texts import is_text
from torchready.facts.torch_calls import TorchCalls
from torchready.facts.tracing import shows_to_people
from torchready.facts.values import (
    DERIVED_TENSOR,
    LENGTH_BY_DATA,
    LIKELY_TENSOR,
    NONE,
    SHAPE_NUMBER,
    UNKNOWN,
    ClassValue,
    Closure,
    Constant,
    Container,
    Either,
    ExternalName,
    FunctionValue,
    Instance,
    Partial,
    Plain,
    Size,
    SuperValue,
    Tensor,
    TorchName,
    Unknown,
    Value,
    join,
    without_rank,
)

SETATTR = ExternalName("builtins.setattr")
# Modules whose functions only look at functions that they are given: `inspect.signature(forward)`.
LOOKS_AT_ARGUMENTS = frozenset({"inspect", "warnings", "logging"})


class Calls(AttributeAccess, TorchCalls, ModuleCalls, FunctionCalls, Registrations, Boundary, Expressions):
    """All calls."""

    def call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            before = self.is_momentary
            if node is self.discarded and isinstance(node.func.value, ast.Call):
                self.is_momentary = True
            receiver = self.evaluate(node.func.value)
            self.is_momentary = before
            return self._call_method(node, node.func, receiver)
        callee = self.evaluate(node.func)
        before = self.is_momentary
        if node is self.discarded and callee != SETATTR:
            self.is_momentary = True
        arguments = self.arguments_of(node)
        self.is_momentary = before
        return self.call_value(callee, arguments, node, node.func)

    def arguments_of(self, node: ast.Call) -> Arguments:
        if self.is_shown_to_people or not shows_to_people(node.func):
            return self._evaluated(node)
        with self.showing_to_people():
            return self._evaluated(node)

    def _evaluated(self, node: ast.Call) -> Arguments:
        positional: list[Value] = []
        nodes: list[ast.expr] = []
        unpacked: list[tuple[ast.Starred, Value]] = []
        is_open = False
        for argument in node.args:
            value = self._argument(argument)
            if not isinstance(argument, ast.Starred):
                positional.append(value)
                nodes.append(argument)
                continue
            unpacked.append((argument, value))
            if isinstance(value, Container) and value.items is not None and value.element is None:
                positional += map(without_rank, value.items)
                nodes += [argument] * len(value.items)
            else:
                is_open = True
                positional.append(
                    self.any_element(value) if isinstance(value, Container) else self.derived_from((value,))
                )
                nodes.append(argument)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self._argument(keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            else:
                is_open = True
        return Arguments(tuple(positional), keywords, tuple(nodes), is_open, tuple(unpacked))

    def _argument(self, node: ast.expr) -> Value:
        if isinstance(node, (ast.Name, ast.Attribute, ast.Constant)) or not is_text(node):
            return self.evaluate(node)
        # A text with numbers of tensors in it is a message, whatever is called with it.
        with self.showing_to_people():
            return self.evaluate(node)

    def _call_method(self, node: ast.Call, func: ast.Attribute, receiver: Value) -> Value:
        arguments = self.arguments_of(node)
        if not isinstance(receiver, Either):
            return self._call_method_of(node, func, receiver, arguments)
        if func.attr in KEEPS_ARGUMENT:
            return self._give_to_one_of(node, func, receiver.alternatives, arguments)
        results = [self._call_method_of(node, func, one, arguments) for one in receiver.alternatives]
        joined = results[0]
        for result in results[1:]:
            joined = join(joined, result)
        return joined

    def _give_to_one_of(
        self, node: ast.Call, func: ast.Attribute, parts: Sequence[Value], arguments: Arguments
    ) -> Value:
        """Of `(one if test else other).append(module)` one of the two keeps the module."""

        def give_to(part: Value) -> Callable[[], bool]:
            def give() -> bool:
                self._call_method_of(node, func, part, arguments)
                return True

            return give

        self.branches([give_to(part) for part in parts])
        return NONE

    def _call_method_of(
        self, node: ast.Call, func: ast.Attribute, receiver: Value, arguments: Arguments
    ) -> Value:
        name = func.attr
        match receiver:
            case Tensor():
                return self._tensor_method(node, func, receiver, arguments)
            case Container():
                return self.container_method(node, func, receiver, arguments)
            case Instance():
                handled = self.module_method(node, func, receiver, arguments)
                if handled is not None:
                    return handled
            case ExternalName("torch") | TorchName("torch"):
                pass
            case SuperValue() if name == "__init__":
                return self._super_init(receiver, arguments)
            case Constant(str() as template) if name == "format":
                return self.filled_in(template, arguments, node)
            case Size() if name == "numel":
                return LENGTH_BY_DATA if receiver.is_by_data else SHAPE_NUMBER
            case Plain() if name == "__call__":
                return self.call_value(receiver, arguments, node, func)
            case _:
                pass
        callee = self.attribute_of(receiver, name)
        stripped = func.value if name in ("forward", "__call__") and isinstance(callee, Instance) else func
        if name in RUNS_ARGUMENT and isinstance(callee, (Unknown, ExternalName)):
            return self._run_argument(arguments, node)
        if isinstance(receiver, SuperValue) and isinstance(callee, ExternalName):
            return LIKELY_TENSOR if name == "forward" else self.unknown_call(arguments, node)
        return self.call_value(callee, arguments, node, stripped)

    def call_value(self, callee: Value, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value:
        """Call a value; `place` is the expression that stands for the callee."""
        match callee:
            case Instance():
                return self.use_module(callee, node, place, arguments)
            case TorchName():
                return self._call_torch(callee.name, arguments, node, place)
            case ClassValue():
                return self._build(callee.source, arguments, node)
            case FunctionValue():
                return self._call_function(callee, arguments, node)
            case Closure():
                return self._call_closure(callee, arguments, node)
            case Partial():
                merged = Arguments(
                    (*callee.arguments, *arguments.positional),
                    {**dict(callee.keywords), **arguments.keywords},
                    (),
                )
                return self.call_value(callee.function, merged, node, place)
            case ExternalName():
                return self._call_external(callee.name, arguments, node)
            case Plain():
                function = self.method_of(callee.source, "__call__")
                return (
                    self.invoke(function, callee, arguments)
                    if function
                    else self.unknown_call(arguments, node)
                )
            case Either():
                return self._call_either(callee, arguments, node, place)
            case Unknown(("parameter", str() as name)) if self._keeps_module(place, name):
                return self.use_module(Instance(("parameter", name)), node, place, arguments)
            case Constant(None) if self._keeps_module(place, ""):
                return self.use_module(
                    Instance(("set from outside", ast.unparse(place))), node, place, arguments
                )
            case Unknown() if self.in_constructor and _names_a_class(place):
                return Instance(("built", self.place(node)), created_in=frozenset(self.loops), certain=False)
            case _:
                return self.unknown_call(arguments, node)

    def _call_either(self, callee: Either, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value:
        """One of several is called: what one of them uses does not count for the others."""
        before = dict(self.uses)
        after = dict(self.uses)
        joined: Value | None = None
        calls = dict(self.events.functional_calls)
        key = self.site(place).key
        known = self.events.reuses.pop(key, None)
        reuses: list[ModuleReuse | None] = []
        for one in callee.alternatives:
            self.uses = dict(before)
            result = self.call_value(one, arguments, node, place)
            joined = result if joined is None else join(joined, result)
            reuse = self.events.reuses.pop(key, None)
            if isinstance(one, Instance):
                reuses.append(reuse)
            for used, uses in self.uses.items():
                after[used] = merged_uses(after.get(used, ()), uses)
        known = known or _reuse_of_one(reuses, is_guarded=bool(self.guards))
        if known is not None:
            self.events.reuses[key] = known
        if any(
            not isinstance(one, (TorchName, Partial, FunctionValue, Closure)) for one in callee.alternatives
        ):
            # A module on another path: nothing says that torch's function ever runs.
            self.events.functional_calls = calls
        self.uses = after
        return joined if joined is not None else UNKNOWN

    def _call_external(self, name: str, arguments: Arguments, node: ast.Call) -> Value:
        self.record_untraceable(name, node, arguments.positional)
        handler = builtin_calls.HANDLERS.get(name)
        if handler is not None:
            return handler(self, arguments, node)
        if name.rpartition(".")[2] in RUNS_ARGUMENT:
            return self._run_argument(arguments, node)
        if name.partition(".")[0] in LOOKS_AT_ARGUMENTS:
            return Unknown(("call", self.place(node)), frozenset(self.loops))
        read = self.record_external(name, arguments.positional, node)
        if read is not None:
            return read
        if self.in_constructor and not name.startswith("builtins.") and name.rpartition(".")[2][:1].isupper():
            return Instance(("built", self.place(node)), created_in=frozenset(self.loops), certain=False)
        return self.unknown_call(arguments, node)

    def unknown_call(self, arguments: Arguments, node: ast.Call) -> Value:
        """A call of something unknown: functions handed to it may run, modules in lists may be registered."""
        values = arguments.all()
        self.hand_over(values)
        for value in values:
            if isinstance(value, Closure) or (
                isinstance(value, FunctionValue) and value.receiver is not None
            ):
                self._run_with_unknown(value)
            elif isinstance(value, Container) and self.in_constructor:
                self.escape(value)
        derived = self.derived_from(values)
        if isinstance(derived, Unknown):
            return Unknown(("call", self.place(node)), derived.varies | frozenset(self.loops))
        return derived

    def _run_with_unknown(self, value: Closure | FunctionValue) -> None:
        arguments = Arguments((DERIVED_TENSOR,) * 4, {}, (), is_open=True)
        if isinstance(value, Closure):
            self.invoke_closure(value, arguments)
        elif self.budget > 0:
            self.invoke(value.source, value.receiver, arguments)

    def _run_argument(self, arguments: Arguments, node: ast.Call) -> Value:
        """`checkpoint(function, *inputs)` runs its first argument."""
        if not arguments.positional:
            return self.unknown_call(arguments, node)
        rest = Arguments(arguments.positional[1:], {}, arguments.nodes[1:], is_open=True)
        place = arguments.nodes[0] if arguments.nodes else node.func
        if isinstance(place, ast.Attribute) and place.attr in ("forward", "__call__"):
            place = place.value
        return self.call_value(arguments.positional[0], rest, node, place)


def _reuse_of_one(reuses: Sequence[ModuleReuse | None], *, is_guarded: bool) -> ModuleReuse | None:
    """The reuse of one of several modules of which the constructor chose one.

    On a path that forward chooses, it may be the path of the others, which run once: then all must run again.
    """
    if is_guarded and not all(reuses):
        return None
    return next((reuse for reuse in reuses if reuse is not None), None)


def _names_a_class(place: ast.expr) -> bool:
    """Whether a callee in a constructor is meant to be a class: `act_layer`, `block`, `Norm`."""
    name = place.attr if isinstance(place, ast.Attribute) else place.id if isinstance(place, ast.Name) else ""
    lowered = name.lower()
    return name[:1].isupper() or any(
        part in lowered
        for part in (
            "layer",
            "block",
            "norm",
            "act",
            "module",
            "conv",
            "pool",
            "linear",
            "mlp",
            "attn",
            "_cls",
            "class",
        )
    )
