"""Modules that run and modules that are built."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace

from torchready.facts.arguments import Arguments, has_module, holds_any_tensor
from torchready.facts.classes import (
    BUILT_NOW,
    SELF,
    attributes_of,
    function_after,
    lineage,
)
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.events import ModuleBuilt, ModuleCall, ModuleReuse, Site
from torchready.facts.given_arguments import given_to_constructor
from torchready.facts.layouts import after_module, parts_of_sequence
from torchready.facts.paths import Use, exclusive, exporters_at, with_use
from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    LIKELY_TENSOR,
    NONE,
    SURE_TENSOR,
    ClassValue,
    Creation,
    Instance,
    Layout,
    Loops,
    Plain,
    SuperValue,
    Tensor,
    TorchName,
    Value,
    layout_of,
    parts_of,
)
from torchready.torch_api.modules import find_module

FUNCTION_WORDS = frozenset(
    {
        "act",
        "activation",
        "fn",
        "func",
        "function",
        "nonlinearity",
        "loss",
        "criterion",
        "callback",
        "hook",
        "lambd",
        "transform",
        "sampler",
        "tokenizer",
        "init",
        "fnc",
        "op",
        "get",
        "make",
        "create",
        "build",
        "schedule",
        "scheduler",
        "generator",
    }
)


class ModuleCalls(Tracing):
    """Calls of modules and of their classes."""

    def use_module(self, module: Instance, node: ast.Call, place: ast.expr, arguments: Arguments) -> Value:
        """A module runs."""
        if module.identity == SELF:
            return LIKELY_TENSOR
        if self.in_constructor and parts_of(module.identity)[:1] == ("parameter",):
            # What a constructor is given and calls makes modules, though its annotation says that it is one.
            return Instance(("built", self.place(node)), created_in=frozenset(self.loops), certain=False)
        site = self.site(place)
        if self._is_built_here(module):
            self._record_built(module, node, site)
        elif not (node is self.discarded and self.guards):
            # On demand, and for nobody who takes the result: how long a layer takes, what its hooks see.
            self._record_use(module, site)
        self._record_call(module, site, arguments)
        self.tensor_calls += 1
        if _returns_tensor(module):
            for value in arguments.positional[:1]:
                self.show_tensor(value)
            return _with_layout(SURE_TENSOR, _layout_after(module, arguments))
        return _with_layout(LIKELY_TENSOR, _layout_after(module, arguments))

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
            and parts_of(module.identity)[:1] == (BUILT_NOW,)
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

    def _record_call(self, module: Instance, site: Site, arguments: Arguments) -> None:
        watched = tuple(one for one in _run_by(module) if one.torch_class in self.project.watched)
        if not watched:
            return
        exporters = exporters_at(self.guards)
        known = self.events.module_calls.get(site.key)
        if known is None:
            symbol, _ = self.symbol_of(module, site.node)
            self.events.module_calls[site.key] = ModuleCall(
                site, symbol, watched, arguments.positional, exporters
            )
        else:
            more = (one for one in watched if one not in known.modules)
            known.modules = (*known.modules, *more)
            known.exporters |= exporters

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
            and loop not in self.single_turns
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

        In `for i, layer in enumerate(layers): if i == wanted: layer(x)` the module is the one `wanted` names.
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
        kind = "built" if self.in_constructor else BUILT_NOW
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
        kind = "built" if self.in_constructor else BUILT_NOW
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
        if any(has_module(value) or isinstance(value, (TorchName, ClassValue)) for value in arguments.all()):
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


def _returns_tensor(module: Instance) -> bool:
    if module.torch_class is None:
        return False
    if module.torch_class == "torch.nn.Sequential" and module.contents is not None:
        last = module.contents.items[-1] if module.contents.items else None
        return isinstance(last, Instance) and _returns_tensor(last)
    found = find_module(module.torch_class)
    return found is not None and found.returns == "tensor"


def _parts_run_by(module: Instance) -> Sequence[Instance]:
    """The modules that a Sequential runs, each once."""
    if module.torch_class != "torch.nn.Sequential" or module.contents is None:
        return ()
    items = module.contents.items or ()
    return list({item.identity: item for item in items if isinstance(item, Instance)}.values())


def _layout_after(module: Instance, arguments: Arguments) -> Layout | None:
    first = arguments.positional[0] if arguments.positional else None
    if isinstance(first, Tensor) and (first.is_parameter or first.sizes):
        # What the model computes from its own weights has no batch.
        return None
    given = layout_of(first) if first is not None else None
    for part in parts_of_sequence(module) or (module,):
        if part.torch_class is None:
            return None
        given = after_module(part, given, given_to_constructor)
    return given


def _with_layout(tensor: Tensor, layout: Layout | None) -> Tensor:
    return tensor if layout is None else replace(tensor, layout=layout)


def _run_by(module: Instance) -> Iterator[Instance]:
    """A module, and those that it runs as a Sequential."""
    yield module
    for part in _parts_run_by(module):
        yield from _run_by(part)
