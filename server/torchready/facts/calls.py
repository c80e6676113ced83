"""What a call does: runs a module, builds one, calls torch, or goes into a function of the workspace."""

from __future__ import annotations

import ast
import re
from abc import abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from torchready.facts import builtin_calls
from torchready.facts.classes import (
    SELF,
    Attributes,
    attributes_of,
    find_function,
    function_after,
    lineage,
    owned,
)
from torchready.facts.declarations import ImportedModule, ImportedName, SourceClass, SourceFunction
from torchready.facts.events import FunctionalCall, ModuleBuilt, ModuleReuse, Site
from torchready.facts.expressions import Expressions, holds_tensor
from torchready.facts.parameters import annotated, bound_arguments, entry_parameter
from torchready.facts.project import Project
from torchready.facts.paths import Frame, State, Use, exclusive, merged_uses, with_use
from torchready.facts.registrations import Registrations
from torchready.facts.values import (
    DERIVED_TENSOR,
    LIKELY_TENSOR,
    NONE,
    PARAMETER,
    SHAPE_NUMBER,
    SIZE,
    SURE_TENSOR,
    UNKNOWN,
    Certainty,
    ClassValue,
    Closure,
    Constant,
    Container,
    Creation,
    Either,
    ExternalName,
    FileValue,
    FunctionValue,
    Instance,
    Loops,
    Number,
    Partial,
    Plain,
    Size,
    SuperValue,
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
from torchready.facts.layer_words import layer_words
from torchready.torch_api.functionals import find_functional
from torchready.torch_api.modules import canonical_name, find_module
from torchready.torch_api.tensors import Kind, returned_kind

MAXIMUM_DEPTH = 12
PASSES_THROUGH = frozenset(
    {"to", "eval", "train", "cuda", "cpu", "half", "float", "double", "bfloat16", "requires_grad_", "type"}
)
WRAPS_MODULE = frozenset(
    {
        "torch.compile",
        "torch.jit.script",
        "torch.nn.utils.spectral_norm",
        "torch.nn.utils.weight_norm",
        "torch.nn.utils.parametrizations.spectral_norm",
        "torch.nn.utils.parametrizations.weight_norm",
        "torch.nn.utils.parametrizations.orthogonal",
        "torch.nn.utils.skip_init",
    }
)
TORCH_ITERATORS = frozenset({"children", "modules", "parameters", "buffers"})
RUNS_ARGUMENT = frozenset(
    {"checkpoint", "_gradient_checkpointing_func", "checkpoint_wrapper", "gradient_checkpointing_func"}
)
# Methods that initialise or load what exists; frameworks run much code in them.
NEVER_BUILDS = frozenset({
    "post_init", "init_weights", "_init_weights", "initialize_weights", "_initialize_weights", "reset_parameters",
    "_reset_parameters", "load_state_dict", "from_pretrained", "tie_weights", "save_hyperparameters",
    "load_pretrained", "_backward_compatibility_gradient_checkpointing", "warn_once", "register_to_config",
})  # fmt: skip
FUNCTION_WORDS = frozenset({
    "act", "activation", "fn", "func", "function", "nonlinearity", "loss", "criterion", "callback", "hook", "transform",
    "sampler", "tokenizer", "init", "fnc", "op", "get", "make", "create", "build", "schedule", "scheduler", "generator",
})  # fmt: skip
# A constructor's method in which none of these stands registers nothing.
BUILDING_WORDS = frozenset({
    "nn", "Module", "ModuleList", "ModuleDict", "Sequential", "add_module", "register_module", "register_buffer",
    "register_parameter", "setattr", "Parameter", "append", "deepcopy",
})  # fmt: skip
TENSOR_KINDS = {
    Kind.TENSOR: SURE_TENSOR,
    Kind.NUMBER: SHAPE_NUMBER,
    Kind.SIZE: SIZE,
    Kind.NONE: NONE,
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """The values given in a call. `is_open` when `*args` or `**kwargs` of unknown length are among them."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    nodes: tuple[ast.expr, ...]
    is_open: bool = False

    def all(self) -> tuple[Value, ...]:
        return (*self.positional, *self.keywords.values())


class Calls(Registrations, Expressions):
    """Calls and attributes."""

    in_constructor = False

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._relevant: dict[SourceClass, frozenset[str]] = {}

    @abstractmethod
    def run(self, statements: Sequence[ast.stmt]) -> bool: ...

    @abstractmethod
    def merge(self, states: Sequence[State]) -> None: ...

    @abstractmethod
    def restore(self, state: State) -> None: ...

    # -- attributes ---------------------------------------------------------------------------------

    def attribute_of(self, value: Value, name: str) -> Value:
        match value:
            case Instance():
                return self._module_attribute(value, name)
            case Tensor():
                return self.tensor_attribute(value, name)
            case TorchName():
                return TorchName(canonical_name(f"{value.name}.{name}"))
            case ExternalName():
                return ExternalName(f"{value.name}.{name}")
            case FileValue():
                return self.project.member(value.path, name)
            case ClassValue():
                return self._class_attribute(value.source, name)
            case SuperValue():
                return self._super_attribute(value, name)
            case Plain():
                return self._plain_attribute(value, name)
            case Either():
                parts = [self.attribute_of(part, name) for part in value.alternatives]
                joined = parts[0]
                for part in parts[1:]:
                    joined = join(joined, part)
                return joined
            case Unknown():
                return Unknown(
                    ("attribute", value.label, name) if value.label is not None else None, value.varies
                )
            case Container() if holds_tensor(value):
                return DERIVED_TENSOR
            case _:
                return UNKNOWN

    def _module_attribute(self, module: Instance, name: str) -> Value:
        if name in ("forward", "__call__") and module.identity != SELF:
            return module
        assigned = self.attributes.get((module.identity, name))
        if assigned is not None:
            return assigned
        if module.source is None:
            return _torch_attribute(module, name)
        attributes = self.class_attributes(module)
        if attributes is not None and name in attributes.values:
            value = attributes.values[name]
            return value if module.identity == SELF else varying(owned(value, module.identity), module.varies)
        function = find_function(self.project, module.source, name)
        if function is not None:
            return self._method(function, module)
        declared = self.class_level(module.source, name)
        if declared is not None:
            return (
                declared
                if module.identity == SELF
                else varying(owned(declared, module.identity), module.varies)
            )
        if name == "training":
            return Unknown("training")
        if lineage(self.project, module.source).torch_base not in (None, "torch.nn.Module"):
            return _torch_attribute(module, name)
        return Unknown(("attribute", module.identity, name), module.varies)

    def class_attributes(self, module: Instance) -> Attributes | None:
        assert module.source is not None
        if self.in_constructor and module.identity == SELF:
            return None
        return attributes_of(self.project, module.source)

    def _method(self, function: SourceFunction, receiver: Value) -> Value:
        decorators = function.decorator_names()
        if decorators & {"property", "cached_property"}:
            return self.invoke(function, receiver, Arguments((), {}, ()))
        if "staticmethod" in decorators:
            return FunctionValue(function)
        if (
            "classmethod" in decorators
            and isinstance(receiver, (Instance, Plain))
            and receiver.source is not None
        ):
            return FunctionValue(function, ClassValue(receiver.source))
        return FunctionValue(function, receiver)

    def class_level(self, source: SourceClass, name: str) -> Value | None:
        """What the bodies of a class and its bases assign to a name."""
        for one in lineage(self.project, source).order:
            self.project.memo.note(one.path, one.top_name)
            assigned = self.project.current(one).assignments().get(name)
            if assigned is not None:
                outer, path = self.frame, self.path
                self.frame, self.path = Frame({}, assigned[0], None), one.path
                found = self.evaluate(assigned[1])
                self.frame, self.path = outer, path
                return found
        return None

    def _class_attribute(self, source: SourceClass, name: str) -> Value:
        function = find_function(self.project, source, name)
        if function is not None:
            if "classmethod" in function.decorator_names():
                return FunctionValue(function, ClassValue(source))
            return FunctionValue(function)
        found = self.class_level(source, name)
        return found if found is not None else UNKNOWN

    def _super_attribute(self, value: SuperValue, name: str) -> Value:
        source = value.receiver.source
        function = function_after(self.project, source, value.after, name) if source is not None else None
        return (
            FunctionValue(function, value.receiver) if function is not None else ExternalName(f"super.{name}")
        )

    def _plain_attribute(self, value: Plain, name: str) -> Value:
        function = find_function(self.project, value.source, name)
        if function is not None:
            return FunctionValue(function, None if "staticmethod" in function.decorator_names() else value)
        found = self.class_level(value.source, name)
        return found if found is not None and not isinstance(found, Constant) else UNKNOWN

    def registry_item(self, value: Value) -> Value:
        if isinstance(value, Plain) and find_function(self.project, value.source, "__getitem__") is not None:
            kinds = [kind for argument in value.arguments for kind in self._registered_kinds(argument)]
            if kinds and all(self.is_module_class(kind) for kind in kinds):
                return Instance(("registry", id(value.source)), certain=True)
            return UNKNOWN
        return self.derived_from((value,))

    def _registered_kinds(self, value: Value) -> Sequence[Value]:
        if not isinstance(value, Container):
            return ()
        kinds: list[Value] = []
        for item in value.items or ():
            first = item.items[0] if isinstance(item, Container) and item.items else item
            kinds.append(first)
        return kinds

    def is_module_class(self, value: Value) -> bool:
        if isinstance(value, TorchName):
            module = find_module(value.name)
            return module is not None and module.is_module
        return isinstance(value, ClassValue) and lineage(self.project, value.source).is_module

    # -- calls --------------------------------------------------------------------------------------

    def call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute):
            receiver = self.evaluate(node.func.value)
            return self._call_method(node, node.func, receiver)
        callee = self.evaluate(node.func)
        arguments = self.arguments_of(node)
        return self.call_value(callee, arguments, node, node.func)

    def arguments_of(self, node: ast.Call) -> Arguments:
        positional: list[Value] = []
        nodes: list[ast.expr] = []
        is_open = False
        for argument in node.args:
            value = self.evaluate(argument)
            if not isinstance(argument, ast.Starred):
                positional.append(value)
                nodes.append(argument)
            elif isinstance(value, Container) and value.items is not None and value.element is None:
                positional += value.items
                nodes += [argument] * len(value.items)
            else:
                is_open = True
                positional.append(
                    self.any_element(value) if isinstance(value, Container) else self.derived_from((value,))
                )
                nodes.append(argument)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            else:
                is_open = True
        return Arguments(tuple(positional), keywords, tuple(nodes), is_open)

    def _call_method(self, node: ast.Call, func: ast.Attribute, receiver: Value) -> Value:
        arguments = self.arguments_of(node)
        results = [self._call_method_of(node, func, one, arguments) for one in alternatives(receiver)]
        joined = results[0]
        for result in results[1:]:
            joined = join(joined, result)
        return joined

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
            case Size() if name == "numel":
                return SHAPE_NUMBER
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
                return self.invoke_closure(callee, arguments)
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
                function = find_function(self.project, callee.source, "__call__")
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
        for one in callee.alternatives:
            self.uses = dict(before)
            result = self.call_value(one, arguments, node, place)
            joined = result if joined is None else join(joined, result)
            for key, uses in self.uses.items():
                after[key] = merged_uses(after.get(key, ()), uses)
        if any(not isinstance(one, (TorchName, Partial)) for one in callee.alternatives):
            # A module or a function of the user on another path: nothing says that torch's function ever runs.
            self.events.functional_calls = calls
        self.uses = after
        return joined if joined is not None else UNKNOWN

    def _call_external(self, name: str, arguments: Arguments, node: ast.Call) -> Value:
        handler = builtin_calls.HANDLERS.get(name)
        if handler is not None:
            return handler(self, arguments, node)
        if name.rpartition(".")[2] in RUNS_ARGUMENT:
            return self._run_argument(arguments, node)
        if self.in_constructor and not name.startswith("builtins.") and name.rpartition(".")[2][:1].isupper():
            return Instance(("built", self.place(node)), created_in=frozenset(self.loops), certain=False)
        return self.unknown_call(arguments, node)

    def unknown_call(self, arguments: Arguments, node: ast.Call) -> Value:
        """A call of something unknown: functions handed to it may run, modules in lists may be registered."""
        values = arguments.all()
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

    # -- torch --------------------------------------------------------------------------------------

    def _call_torch(self, name: str, arguments: Arguments, node: ast.Call, place: ast.expr) -> Value:
        module = find_module(name)
        if module is not None:
            if not module.is_module:
                if name in ("torch.nn.Parameter", "torch.nn.Buffer"):
                    return PARAMETER
                return UNKNOWN
            return self.build_torch(name, module.container, arguments, node)
        if name.startswith("torch.ao.") and name.rpartition(".")[2][:1].isupper() and self.in_constructor:
            return Instance(("built", self.place(node)), created_in=frozenset(self.loops))
        if name in WRAPS_MODULE and arguments.positional and isinstance(arguments.positional[0], Instance):
            return arguments.positional[0]
        if name.startswith("torch.utils.checkpoint."):
            return self._run_argument(arguments, node)
        if name.endswith("skip_init") and arguments.positional:
            return self.call_value(arguments.positional[0], Arguments((), {}, ()), node, place)
        self._record_functional(name, node, place, arguments, None)
        return self._returned(name, arguments, node)

    def _tensor_method(
        self, node: ast.Call, func: ast.Attribute, receiver: Tensor, arguments: Arguments
    ) -> Value:
        name = f"torch.Tensor.{func.attr}"
        self._record_functional(name, node, func, arguments, receiver)
        if func.attr in ("item", "tolist", "numpy"):
            return UNKNOWN
        return self._returned(name, arguments, node, receiver)

    def _returned(
        self, name: str, arguments: Arguments, node: ast.Call, receiver: Tensor | None = None
    ) -> Value:
        keywords = {key: _kind(value) for key, value in arguments.keywords.items()}
        kind = returned_kind(name, [_kind(value) for value in arguments.positional], keywords)
        sure = receiver is None or receiver.certainty >= Certainty.LIKELY
        level = Certainty.SURE if receiver is None else receiver.certainty
        values = (*arguments.all(), *((receiver,) if receiver is not None else ()))
        varies = frozenset[int]().union(*(loops_of(value) for value in values))
        tensor = Tensor(level, varies=varies)
        if kind in (Kind.TUPLE, Kind.LIST):
            return Container("tuple", self.place(node), None, None, tensor)
        if kind is Kind.TENSOR:
            return tensor
        if kind in TENSOR_KINDS and sure:
            return TENSOR_KINDS[kind]
        if kind is Kind.UNKNOWN:
            return tensor if name.startswith("torch.Tensor.") else self.derived_from(values)
        return UNKNOWN if sure else DERIVED_TENSOR

    def _record_functional(
        self, name: str, node: ast.Call, place: ast.expr, arguments: Arguments, receiver: Tensor | None
    ) -> None:
        if not self.is_of_interest(name, receiver):
            return
        site = self.site(place)
        repeats = self.visited_before(("site", site.key))
        known = self.events.functional_calls.get(site.key)
        if known is not None:
            known.repeats |= repeats or bool(self.loops)
            known.in_loop |= bool(self.loops)
            return
        values = (receiver, *arguments.positional) if receiver is not None else arguments.positional
        level = receiver.certainty if receiver is not None else Certainty.SURE
        self.events.functional_calls[site.key] = FunctionalCall(
            site, place, node, name, receiver is not None, level, values, arguments.keywords,
            self._is_direct(place), repeats or bool(self.loops), bool(self.loops),
        )  # fmt: skip

    def is_of_interest(self, name: str, receiver: Tensor | None) -> bool:
        from torchready.torch_api import aimet

        if find_functional(name) is not None:
            return True
        if not self.project.records_operations or (
            receiver is not None and receiver.certainty < Certainty.LIKELY
        ):
            return False
        return aimet.find_operator(name) is not None or name.startswith("torch.nn.functional.")

    def record_python_operator(self, name: str, arguments: Arguments, node: ast.Call) -> Value | None:
        """`operator.add(x, y)` and `abs(x)` of tensors; None when none of the arguments is one."""
        levels = [level for value in arguments.all() if (level := certainty(value)) is not None]
        if not levels:
            return None
        if max(levels) >= Certainty.LIKELY:
            self._record_functional(name, node, node.func, arguments, None)
        return Tensor(
            max(levels), varies=frozenset[int]().union(*(loops_of(value) for value in arguments.all()))
        )

    def _is_direct(self, place: ast.expr) -> bool:
        """Whether the callee names its function through imports only, or is a method of a tensor."""
        root = place
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name):
            return isinstance(place, ast.Attribute)
        if root.id in self.frame.names:
            return isinstance(place, ast.Attribute) and not isinstance(
                self.frame.names[root.id], (Instance, TorchName)
            )
        file = self.project.file(self.path)
        bindings = file.scope.get(root.id, ()) if file is not None else ()
        return all(isinstance(binding, (ImportedModule, ImportedName)) for binding in bindings)

    # -- modules ------------------------------------------------------------------------------------

    def use_module(self, module: Instance, node: ast.Call, place: ast.expr, arguments: Arguments) -> Value:
        """A module runs."""
        if module.identity == SELF:
            return LIKELY_TENSOR
        site = self.site(place)
        if self._is_built_here(module):
            self._record_built(module, node, site)
        else:
            self._record_use(module, site)
        if module.torch_class is not None:
            found = find_module(module.torch_class)
            if found is not None and found.returns == "tensor":
                return SURE_TENSOR
        return LIKELY_TENSOR

    def _keeps_module(self, place: ast.expr, parameter: str) -> bool:
        """Whether `self.name(...)` runs a module that the constructor was given.

        Nothing says what it was given; a name that speaks of functions decides against it.
        """
        if self.in_constructor or not isinstance(place, ast.Attribute):
            return False
        words = set(re.split(r"_|\d", f"{place.attr}_{parameter}".lower()))
        return not words & FUNCTION_WORDS

    def _is_built_here(self, module: Instance) -> bool:
        return (
            module.creation is not None
            and not self.in_constructor
            and isinstance(module.identity, tuple)
            and (module.identity[0] == "built now")
        )

    def _record_built(self, module: Instance, node: ast.Call, site: Site) -> None:
        assert module.creation is not None
        construction = module.creation.call
        where = Site(self.path, module.creation.piece, construction.func, site.function, site.is_nested)
        repeats = bool(self.loops) or self.visited_before(("built", where.key))
        known = self.events.built.get(where.key)
        if known is None:
            self.events.built[where.key] = ModuleBuilt(
                where, construction, module.torch_class, module.source, node, repeats
            )
        else:
            known.repeats |= repeats

    def _record_use(self, module: Instance, site: Site) -> None:
        selected, choice = self._selection(module)
        key = ("module", module.identity, *choice)
        known = (*self.uses.get(key, ()), *self.uses.get(("inside", module.identity), ()))
        before = [use for use in known if not exclusive(use.guards, self.guards)]
        stays = [
            loop
            for loop in self.loops
            if loop not in selected
            and loop not in module.created_in
            and loop not in self.uncertain_loops
            and loop not in self.selections
        ]
        if (before or stays) and site.key not in self.events.reuses:
            first = before[0].site if before else None
            symbol, attribute = self.symbol_of(module, site.node)
            in_loop = bool(stays)
            self.events.reuses[site.key] = ModuleReuse(site, module, symbol, first, in_loop, attribute)
        self.uses[key] = with_use(self.uses.get(key, ()), Use(site, self.guards))
        for part in _parts_run_by(module):
            earlier = [
                use
                for use in self.uses.get(("module", part.identity), ())
                if not exclusive(use.guards, self.guards)
            ]
            if earlier and not before and site.key not in self.events.reuses:
                symbol, attribute = self.symbol_of(module, site.node)
                self.events.reuses[site.key] = ModuleReuse(
                    site, module, symbol, earlier[0].site, bool(stays), attribute
                )
            inner = ("inside", part.identity)
            self.uses[inner] = with_use(self.uses.get(inner, ()), Use(site, self.guards))

    def _selection(self, module: Instance) -> tuple[Loops, tuple[Hashable, ...]]:
        """The loops in whose turns another module runs, and what tells it from others of its loop.

        In `for i, layer in enumerate(layers): if i == wanted: layer(x)` the module is the one that `wanted` names.
        """
        loops = module.varies
        choice: list[Hashable] = []
        for loop in sorted(module.varies):
            if loop in self.selections:
                label, more = self.selections[loop]
                loops |= more
                choice.append(label)
        return loops, tuple(choice)

    def symbol_of(self, module: Instance, node: ast.expr) -> tuple[str, str | None]:
        """(the attribute path of a module as users write it, the attribute of self that holds it)."""
        receiver = self.frame.receiver
        if isinstance(receiver, Instance) and receiver.identity == SELF and receiver.source is not None:
            attributes = self.class_attributes(receiver)
            name = attributes.names.get(module.identity) if attributes is not None else None
            if name is not None and not (isinstance(node, ast.Attribute) and node.attr != name):
                return f"self.{name}", name
        text = ast.unparse(node)
        return text, None

    def build_torch(self, name: str, container: str | None, arguments: Arguments, node: ast.Call) -> Value:
        contents = self.contents_of(container, arguments, node) if container is not None else None
        kind = "built" if self.in_constructor else "built now"
        return Instance(
            (kind, self.place(node)), None, name, frozenset(self.loops),
            contents=contents, creation=Creation(node, self.frame.piece),
        )  # fmt: skip

    def _build(self, source: SourceClass, arguments: Arguments, node: ast.Call) -> Value:
        if not lineage(self.project, source).is_module:
            return (
                Plain(source, arguments.positional)
                if not holds_any_tensor(arguments)
                else self.derived_from(arguments.all())
            )
        if self.in_constructor:
            self.register_arguments(source, arguments)
        kind = "built" if self.in_constructor else "built now"
        return Instance(
            (kind, self.place(node)),
            source,
            None,
            frozenset(self.loops),
            creation=Creation(node, self.frame.piece),
        )

    def _super_init(self, value: SuperValue, arguments: Arguments) -> Value:
        source = value.receiver.source
        function = (
            function_after(self.project, source, value.after, "__init__") if source is not None else None
        )
        if function is None:
            return NONE
        if not self._inherit_attributes(function, value.receiver, arguments):
            self.invoke(function, value.receiver, arguments)
        return NONE

    def _inherit_attributes(self, function: SourceFunction, receiver: Instance, arguments: Arguments) -> bool:
        """Take what a base's constructor sets from what is known of the base, instead of running it again.

        Not when the base is in this file, is given modules or classes, or calls methods defined again here.
        """
        base, source = function.owner, receiver.source
        if base is None or source is None or base.path == source.path or not self.in_constructor:
            return False
        if any(_has_module(value) or isinstance(value, (TorchName, ClassValue)) for value in arguments.all()):
            return False
        attributes = attributes_of(self.project, base)
        if attributes is None:
            return False
        above = lineage(self.project, base).order
        own = [one for one in lineage(self.project, source).order if one not in above]
        visited = {one.name for one in attributes.events.visited if one.name != "__init__"}
        if any(name in self.project.current(one).functions() for one in own for name in visited):
            return False
        self.project.memo.note(function.path, function.top_name)
        for name, value in attributes.values.items():
            self.attributes[(receiver.identity, name)] = value
            for module in self.modules_in(value):
                self.uses.setdefault(("registered", module.identity), ())
        return True

    # -- functions ----------------------------------------------------------------------------------

    def _call_function(self, callee: FunctionValue, arguments: Arguments, node: ast.Call) -> Value:
        source = callee.source
        if callee.receiver is None and source.owner is None and not _carries_module(arguments):
            is_foreign = source.path != self.home and source.name not in RUNS_ARGUMENT
            is_unused = self.is_test or node is self.discarded
            if is_foreign and (not self.in_constructor or is_unused or self._is_other_package(source)):
                return self._declared_result(source, arguments)
            return self._pure_call(source, arguments, node)
        if callee.receiver is not None and self._is_irrelevant(callee, arguments):
            return self._declared_result(source, arguments)
        chain = self.chain
        self.chain = (*chain, (id(self.frame.piece), node.lineno, node.col_offset))
        value = self.invoke(source, callee.receiver, arguments)
        self.chain = chain
        return value

    def _is_other_package(self, source: SourceFunction) -> bool:
        home, other = self.project.file(self.home), self.project.file(source.path)
        if home is None or other is None:
            return True
        return home.module.partition(".")[0] != other.module.partition(".")[0] and home.root != other.root

    def _declared_result(self, source: SourceFunction, arguments: Arguments) -> Value:
        """What a function of another file returns by its annotation, or what its inputs make likely."""
        self.project.note_function(source)
        if source.node.returns is not None:
            outer, path = self.frame, self.path
            self.frame, self.path = Frame({}, source.piece, source), source.path
            value = annotated(self, source.node.returns, UNKNOWN)
            self.frame, self.path = outer, path
            if value is not UNKNOWN and not isinstance(value, Instance):
                return value
        return self.derived_from(arguments.all())

    def _is_irrelevant(self, callee: FunctionValue, arguments: Arguments) -> bool:
        """Whether a method can neither run or register modules of ours nor call torch where it matters to us."""
        source, receiver = callee.source, callee.receiver
        if source.name in NEVER_BUILDS and self.in_constructor:
            return True
        is_foreign = source.path != self.home
        if not isinstance(receiver, Instance):
            return is_foreign and not _carries_module(arguments)
        if receiver.source is None or _carries_module(arguments):
            return False
        if not is_foreign and self.project.records_operations:
            return False
        self.project.note_function(source)
        return self._relevant_names(receiver.source).isdisjoint(source.piece.identifiers())

    def _relevant_names(self, source: SourceClass) -> frozenset[str]:
        """The words without which a method of an object of this class means nothing to us."""
        found = self._relevant.get(source)
        if found is None:
            project, home, in_constructor = self.project, self.home, self.in_constructor
            found = self._relevant[source] = project.memo.get(
                ("relevant", source, home, in_constructor),
                lambda: relevant_names(project, source, home, in_constructor=in_constructor),
                BUILDING_WORDS,
                is_summary=True,
            )
        return found

    def _pure_call(self, source: SourceFunction, arguments: Arguments, node: ast.Call) -> Value:
        """A plain function that is given no module: only what it returns matters here."""
        from torchready.facts.entries import returned_by

        if source.name in RUNS_ARGUMENT:
            return self._run_argument(arguments, node)
        simple = tuple(_summary(value) for value in arguments.positional)
        keywords = tuple(sorted((key, _summary(value)) for key, value in arguments.keywords.items()))
        self.project.memo.note(source.path, source.top_name)
        value = self.project.memo.get(
            ("returned", source, simple, keywords, self.in_constructor),
            lambda: returned_by(self, source, simple, keywords),
            self.derived_from(arguments.all()),
        )
        return self._fresh(value, node)

    def _fresh(self, value: Value, node: ast.Call) -> Value:
        """A module that a function returns is a new one at each call."""
        if isinstance(value, Instance):
            return replace(
                value, identity=("built", self.place(node), value.identity), created_in=frozenset(self.loops)
            )
        if isinstance(value, Container):
            return replace(value, identity=(self.place(node), value.identity))
        if isinstance(value, Either):
            return Either(tuple(self._fresh(part, node) for part in value.alternatives))
        if isinstance(value, Unknown):
            return Unknown(("call", self.place(node)), frozenset(self.loops))
        return value

    def invoke(self, function: SourceFunction, receiver: Value | None, arguments: Arguments) -> Value:
        """Go into a function of the workspace."""
        if function in self.stack or len(self.stack) >= MAXIMUM_DEPTH or self.budget <= 0:
            return self.derived_from(
                (*arguments.all(), LIKELY_TENSOR) if receiver is not None else arguments.all()
            )
        self.budget -= 1
        function = self.project.current_function(function)
        self.project.note_function(function)
        self.events.visited.add(function)
        names = bound_arguments(self, function, receiver, arguments)
        frame = Frame(
            names, function.piece, function, receiver if receiver is not None else self.frame.receiver
        )
        frame.guards_at_start = len(self.guards)
        return self._run_frame(frame, function, function.node.body)

    def _run_frame(self, frame: Frame, function: SourceFunction | None, body: Sequence[ast.stmt]) -> Value:
        outer, path, stack, guards = self.frame, self.path, self.stack, self.guards
        is_test, self.is_test = self.is_test, False
        caller_names = outer.names
        before = self.save()
        self.frame = frame
        if function is not None:
            self.path, self.stack = function.path, (*self.stack, function)
        ends: list[State] = []
        values: list[Value] = []
        if self.run(body):
            ends.append(self.save())
            values.append(NONE)
        for value, state in frame.returned:
            values.append(value)
            ends.append(state)
        self.frame, self.path, self.stack, self.is_test = outer, path, stack, is_test
        if ends:
            self.merge(ends)
        else:
            self.restore(before)
        self.frame.names = caller_names
        self.guards = guards
        if not values:
            return UNKNOWN
        joined = values[0]
        for value in values[1:]:
            joined = join(joined, value)
        return joined

    def invoke_closure(self, closure: Closure, arguments: Arguments) -> Value:
        if self.budget <= 0 or len(self.stack) >= MAXIMUM_DEPTH:
            return self.derived_from(arguments.all())
        self.budget -= 1
        node = closure.node
        names = dict(closure.names)
        names.update(bound_arguments(self, node, None, arguments))
        frame = Frame(names, closure.piece, closure.function, closure.receiver, is_nested=True)
        path, self.path = self.path, closure.path
        if isinstance(node, ast.Lambda):
            value = self._run_frame(frame, None, [_returning(node.body)])
        else:
            # Without its own name, a function that calls itself ends here.
            names[node.name] = UNKNOWN
            value = self._run_frame(frame, None, node.body)
        self.path = path
        return value

    def annotated_value(self, annotation: ast.expr, otherwise: Value) -> Value:
        return annotated(self, annotation, otherwise)

    def parameter_value(self, parameter: ast.arg, default: ast.expr | None, **where: Any) -> Value:
        return entry_parameter(self, parameter, default, **where)

    def import_names(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import inside a function."""
        file = self.project.file(self.path)
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                self.frame.names[name] = self.project.module(alias.name if alias.asname else name, file)
            elif file is not None:
                module = self.project.module(file.absolute_module(node.module, node.level), file)
                found = self.attribute_of(module, alias.name)
                self.frame.names[alias.asname or alias.name] = found


def _parts_run_by(module: Instance) -> Sequence[Instance]:
    """The modules that a Sequential runs, each once."""
    if module.torch_class != "torch.nn.Sequential" or module.contents is None:
        return ()
    items = module.contents.items or ()
    return list({item.identity: item for item in items if isinstance(item, Instance)}.values())


def relevant_names(
    project: Project, source: SourceClass, home: Path, *, in_constructor: bool
) -> frozenset[str]:
    """Words that matter, and the names of methods in which one of them stands, directly or through others.

    In a constructor these are words that register something, else those of layers and of attributes with modules.
    """
    names = set(BUILDING_WORDS)
    if not in_constructor:
        attributes = attributes_of(project, source)
        names = set(layer_words()) | (set(attributes.module_names) if attributes is not None else set[str]())
        names.add("nn")
    methods: list[SourceFunction] = []
    for one in lineage(project, source).order:
        if one.path != home:
            continue
        project.memo.note(one.path, one.top_name)
        for functions in project.current(one).functions().values():
            for function in functions:
                if not function.name.startswith("__") and function.name not in NEVER_BUILDS:
                    project.note_function(function)
                    methods.append(function)
    grows = True
    while grows:
        more = {one.name for one in methods if not names.isdisjoint(one.piece.identifiers())} - names
        names |= more
        grows = bool(more)
    return frozenset(names)


def holds_any_tensor(arguments: Arguments) -> bool:
    return any(holds_tensor(value) for value in arguments.all())


def _returning(expression: ast.expr) -> ast.stmt:
    node = ast.Return(expression)
    return ast.copy_location(node, expression)


def _names_a_class(place: ast.expr) -> bool:
    """Whether a callee in a constructor is meant to be a class: `act_layer`, `norm_layer`, `block`, `Norm`."""
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


def _torch_attribute(module: Instance, name: str) -> Value:
    if name in ("weight", "bias") or name.endswith(("_weight", "_bias", "weight_ih_l0", "weight_hh_l0")):
        return PARAMETER
    if name.startswith("running_"):
        return SURE_TENSOR
    if name == "training":
        return Unknown("training")
    return Unknown(("attribute", module.identity, name), module.varies)


def _carries_module(arguments: Arguments) -> bool:
    return any(_has_module(value) for value in arguments.all())


def _has_module(value: Value) -> bool:
    match value:
        case Instance() | Closure() | SuperValue():
            return True
        case FunctionValue(_, receiver):
            return receiver is not None
        case Partial(function, arguments, keywords):
            return _has_module(function) or any(
                _has_module(one) for one in (*arguments, *(v for _, v in keywords))
            )
        case Container():
            inner = (*(value.items or ()), *((value.element,) if value.element is not None else ()))
            return any(_has_module(item) for item in inner)
        case Either(parts):
            return any(_has_module(part) for part in parts)
        case _:
            return False


def _summary(value: Value) -> Value:
    """What of an argument decides about the result of a plain function; equal for equal summaries."""
    match value:
        case Tensor():
            return Tensor(value.certainty)
        case Number():
            return Number(None, value.from_shape)
        case Unknown():
            return UNKNOWN
        case Container():
            items = None if value.items is None else tuple(_summary(item) for item in value.items)
            element = None if value.element is None else _summary(value.element)
            return Container(value.kind, None, items, value.keys, element)
        case Either(parts):
            return Either(tuple(_summary(part) for part in parts))
        case _:
            return value


def _kind(value: Value) -> Kind:
    match value:
        case Tensor():
            return Kind.TENSOR
        case Number() | Constant(int() | float()):
            return Kind.NUMBER
        case Size():
            return Kind.SIZE
        case Constant(str()):
            return Kind.STRING
        case Constant(None):
            return Kind.NONE
        case Container():
            return Kind.LIST if value.kind == "list" else Kind.TUPLE
        case _:
            return Kind.TENSOR if certainty(value) is not None else Kind.UNKNOWN
