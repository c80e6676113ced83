"""Where modules are kept: attributes, containers, lists. Sees a module that is registered at two places."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from torchready.facts.classes import BUILT_NOW, SELF, attributes_of
from torchready.facts.declarations import SourceClass
from torchready.facts.events import SharedModule, Site
from torchready.facts.paths import CHANGES_LIST, Use, exclusive, with_use
from torchready.facts.state_changes import StateChanges
from torchready.facts.values import (
    DERIVED_TENSOR,
    NONE,
    PARAMETER,
    UNKNOWN,
    Constant,
    Container,
    Instance,
    Unknown,
    Value,
    alternatives,
    join,
    loops_of,
    loops_of_all,
    parts_of,
)

if TYPE_CHECKING:
    from torchready.facts.arguments import Arguments

# Of longer lists no item is told from the others; a loop that doubles a list must not fill the memory.
MAXIMUM_ITEMS = 512
ADDS_ONE = frozenset({"append", "insert", "add"})
ADDS_MANY = frozenset({"extend", "update"})
KEEPS_ARGUMENT = ADDS_ONE | ADDS_MANY | {"add_module", "register_module"}
RETURNS_ITSELF = frozenset(
    {
        "to",
        "eval",
        "train",
        "cuda",
        "cpu",
        "half",
        "float",
        "double",
        "bfloat16",
        "requires_grad_",
        "type",
        "apply",
    }
)
ITERATES = frozenset({"children", "modules", "values", "named_children", "named_modules", "items", "keys"})


class Registrations(StateChanges):
    """Registering of modules; calls come in the class above."""

    # -- attributes ---------------------------------------------------------------------------------

    def assign_attribute(self, target: ast.Attribute, value: Value, source: ast.expr) -> None:
        owner = self.evaluate(target.value)
        if not isinstance(owner, Instance):
            self.trusts_ranks &= target.attr != "data"
            return
        if not self.in_constructor:
            self.record_assignment(target, source)
            value = self._kept(value)
        if owner.identity == SELF and self.in_constructor:
            self.assigned[target.attr] = self.site(target)
            self._forget_moved(self.attributes.get((owner.identity, target.attr)), source)
            self._register_value(value, target, f"self.{target.attr}")
        self.attributes[(owner.identity, target.attr)] = value

    def _kept(self, value: Value) -> Value:
        """A module that forward builds once, `if self.pool is None:`, and keeps as an attribute."""
        if not self.guards or not isinstance(value, Instance):
            return value
        kind, *place = parts_of(value.identity) or (None,)
        return replace(value, identity=("kept", *place)) if kind == BUILT_NOW else value

    def forget_attribute(self, target: ast.Attribute) -> None:
        """`del self.layer` takes a module away from the only place it is registered at."""
        owner = self.evaluate(target.value)
        if not isinstance(owner, Instance):
            return
        value = self.attributes.pop((owner.identity, target.attr), UNKNOWN)
        for part in alternatives(value):
            if isinstance(part, Instance) and self.registered_as.get(part.identity) == f"self.{target.attr}":
                self.uses.pop(("registered", part.identity), None)
                del self.registered_as[part.identity]

    def _forget_moved(self, before: Value | None, source: ast.expr) -> None:
        """`self.layer = nn.Sequential(self.layer, ...)` moves a module, it does not share it."""
        if not isinstance(before, Instance):
            return
        for key, shared in list(self.events.shared.items()):
            site = shared.site
            inside = site.node.lineno >= source.lineno and (site.node.end_lineno or 0) <= (
                source.end_lineno or 0
            )
            if inside and site.piece is self.frame.piece and shared.instance.identity == before.identity:
                del self.events.shared[key]

    def set_attribute(self, owner: Instance, name: str, value: Value, node: ast.expr) -> None:
        """`setattr(owner, name, value)` and `owner.add_module(name, value)`."""
        if owner.identity == SELF and self.in_constructor:
            self._register_value(value, node, f"self.{name}")
        self.attributes[(owner.identity, name)] = value

    def _register_value(self, value: Value, node: ast.expr, symbol: str) -> None:
        modules = {part.identity: part for part in alternatives(value) if isinstance(part, Instance)}
        self._register_one_of(list(modules.values()), node, symbol, is_attribute=True)

    def _register_one_of(
        self, modules: Sequence[Instance], node: ast.expr, symbol: str, *, is_attribute: bool = False
    ) -> None:
        """Of several modules the path decides which is kept: it is a second place when it is one for all."""
        is_sure = len(modules) == 1 or all(map(self.is_registered, modules))
        for module in modules:
            if is_sure:
                self._register(module, node, symbol, is_attribute=is_attribute)
            else:
                self.uses.setdefault(("registered", module.identity), ())

    def _register(self, module: Instance, node: ast.expr, symbol: str, *, is_attribute: bool) -> None:
        """A module is kept at a place that `parameters()` sees."""
        if self.is_momentary:
            return
        key = ("registered", module.identity)
        site = self.site(node)
        before = [use for use in self.uses.get(key, ()) if not exclusive(use.guards, self.guards)]
        same_name = is_attribute and self.registered_as.get(module.identity) == symbol
        stays = [loop for loop in self.loops if loop not in module.created_in and loop not in module.varies]
        if (before and not same_name) or (stays and module.creation is not None):
            first = before[0].site if before else None
            if module.identity != SELF and site.key not in self.events.shared:
                self.events.shared[site.key] = SharedModule(site, module, symbol, first)
        self.registered_as.setdefault(module.identity, symbol)
        self.uses[key] = with_use(self.uses.get(key, ()), Use(site, self.guards))

    def is_registered(self, module: Instance) -> bool:
        return ("registered", module.identity) in self.uses

    def escape(self, container: Container) -> None:
        """A list is handed to something unknown, which may register what is in it."""
        for item in self.modules_in(container):
            key = ("registered", item.identity)
            self.uses.setdefault(key, ())

    def modules_in(self, value: Value) -> list[Instance]:
        found: list[Instance] = []
        seen: set[int] = set()
        pending = [value]
        while pending:
            parts = alternatives(pending.pop())
            found += (part for part in parts if isinstance(part, Instance))
            for part in parts:
                # A list that holds another one twice, which holds another one twice, ...
                if isinstance(part, Container) and id(part) not in seen:
                    seen.add(id(part))
                    inner = (*(part.items or ()), *((part.element,) if part.element is not None else ()))
                    pending += reversed(inner)
        return found

    def register_arguments(self, source: SourceClass, arguments: Arguments) -> None:
        """Modules handed to the constructor of a submodule that keeps them."""
        attributes = attributes_of(self.project, source)
        function = self.method_of(source, "__init__")
        if attributes is None or function is None:
            return
        parameters = [*function.node.args.posonlyargs, *function.node.args.args][1:]
        for parameter, value, node in zip(parameters, arguments.positional, arguments.nodes, strict=False):
            if parameter.arg in attributes.parameters_kept:
                parts = [part for part in alternatives(value) if isinstance(part, Instance)]
                given = [part for part in parts if part.identity != SELF]
                self._register_one_of(given, node, ast.unparse(node))

    # -- containers ---------------------------------------------------------------------------------

    def contents_of(self, kind: str, arguments: Arguments, node: ast.Call) -> Container | None:
        """What a Sequential, ModuleList or ModuleDict is built from; registers it."""
        place = ("contents", self.place(node))
        if kind == "Sequential" and not (
            len(arguments.positional) == 1 and isinstance(arguments.positional[0], Container)
        ):
            if arguments.is_open:
                self._register_open(arguments)
                return Container("list", place, None, None, self._joined(arguments.positional))
            for value, where in zip(arguments.positional, arguments.nodes, strict=True):
                self._register_item(value, where)
            self._register_duplicates(arguments)
            return Container("list", place, arguments.positional)
        given = arguments.positional[0] if arguments.positional else Container("list", place, ())
        if not isinstance(given, Container):
            return Container("list", place, None, None, self.element_of(given, 0, node)[0])
        where = arguments.nodes[0] if arguments.nodes else node
        self._register_contents(given, where)
        return replace(given, kind="dict" if kind == "ModuleDict" else "list", identity=place, part=None)

    def _joined(self, values: tuple[Value, ...]) -> Value:
        joined: Value = UNKNOWN
        for value in values:
            joined = value if joined is UNKNOWN else join(joined, value)
        return joined

    def _register_open(self, arguments: Arguments) -> None:
        for argument, value in arguments.unpacked:
            if isinstance(value, Container):
                self._register_contents(value, argument)

    def _register_contents(self, container: Container, node: ast.expr) -> None:
        for site in container.duplicates:
            self._share(site)
        nodes = (
            node.elts
            if isinstance(node, (ast.List, ast.Tuple))
            else node.values
            if isinstance(node, ast.Dict)
            else []
        )
        items = container.items or ()
        for index, item in enumerate(items):
            where = nodes[index] if len(nodes) == len(items) else node
            self._register_item(item, where)
        if container.element is not None:
            for module in self.modules_in(container.element):
                self.uses.setdefault(("registered", module.identity), ())

    def _register_item(self, value: Value, node: ast.expr) -> None:
        if isinstance(value, Container):
            # ("name", module) pairs of an OrderedDict, or a generator of modules.
            self._register_contents(value, node)
        inner = node.value if isinstance(node, ast.Starred) else node
        parts = [part for part in alternatives(value) if isinstance(part, Instance)]
        self._register_one_of(parts, inner, ast.unparse(inner))

    def _register_duplicates(self, arguments: Arguments) -> None:
        for _, value in arguments.unpacked:
            if isinstance(value, Container):
                for site in value.duplicates:
                    self._share(site)

    def _share(self, site: Site) -> None:
        modules = self.modules_in(self.evaluate(site.node))
        instance = modules[0] if modules else Instance(("shared", site.key))
        if site.key not in self.events.shared:
            self.events.shared[site.key] = SharedModule(site, instance, ast.unparse(site.node), None)

    def extended(self, container: Container, other: Value, node: ast.expr | None = None) -> Container:
        """`container + other`, `container.extend(other)`; `node` is the expression for `other`."""
        if isinstance(other, Container) and other.items is not None and other.element is None:
            grown = container
            nodes = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
            for index, item in enumerate(other.items):
                where = nodes[index] if len(nodes) == len(other.items) else node
                grown = self._appended(grown, item, where)
            return replace(grown, duplicates=(*grown.duplicates, *other.duplicates))
        if isinstance(other, Container):
            element = self.any_element(other)
        elif isinstance(other, Instance) and other.contents is not None:
            element = self.any_element(other.contents)
        else:
            element = self.derived_from((other,))
        joined = element if container.element is None else join(container.element, element)
        return replace(container, element=joined, keys=None)

    def _added(self, container: Container, value: Value) -> Container:
        turns = frozenset(self.loops) - container.created_in
        items = container.items
        if not turns and items is not None and container.element is None and len(items) < MAXIMUM_ITEMS:
            return replace(container, items=(*items, value))
        joined = value if container.element is None else join(container.element, value)
        return replace(container, element=joined, keys=None)

    def repeated(self, container: Container, times: Value, node: ast.expr | ast.AugAssign) -> Container:
        """`container * times`."""
        if isinstance(times, Constant) and isinstance(times.value, int) and times.value <= 1:
            return container if times.value == 1 else replace(container, items=(), element=None)
        duplicates = container.duplicates
        if self.modules_in(container) and isinstance(node, ast.expr):
            duplicates = (*duplicates, self.site(node))
        if (
            isinstance(times, Constant)
            and isinstance(times.value, int)
            and container.items is not None
            and times.value <= 8
        ):
            return replace(container, items=container.items * times.value, duplicates=duplicates)
        return replace(container, items=None, element=self.any_element(container), duplicates=duplicates)

    def container_method(
        self, node: ast.Call, func: ast.Attribute, container: Container, arguments: Arguments
    ) -> Value:
        """Methods of lists and dictionaries."""
        name = func.attr
        if name in CHANGES_LIST:
            self.record_in_place(func.value, container, func)
        if name in ADDS_ONE and arguments.positional:
            self._store(
                func.value,
                self._appended(container, arguments.positional[-1], node.args[-1] if node.args else None),
            )
            return NONE
        if name in ADDS_MANY and arguments.positional:
            self._store(
                func.value,
                self.extended(container, arguments.positional[0], node.args[0] if node.args else None),
            )
            return NONE
        if name == "values":
            return Container(
                "list", container.identity, container.items, None, container.element, part=container.part
            )
        if name == "items":
            return self.pairs_of(container)
        if name in ("keys", "index", "count"):
            # Where something stands in a list is another number in each turn that looks for something else.
            return Unknown(("call", self.place(node)), loops_of_all(arguments.positional))
        if name in ("copy", "reverse", "sort"):
            return container
        if name in ("get", "pop", "setdefault", "popitem", "popleft"):
            index = arguments.positional[0] if arguments.positional else Unknown(("pop", self.place(node)))
            value = self.item_of(container, index, node.args[0] if node.args else node)
            return value if value is not UNKNOWN else self.derived_from((container,))
        return self.derived_from((container, *arguments.all()))

    def pairs_of(self, container: Container) -> Container:
        """The (key, value) pairs of a dictionary."""
        element = self.any_element(container)
        pair = Container("tuple", (container.identity, "pair"), (UNKNOWN, element))
        return Container("list", container.identity, None, None, pair, part=container.part)

    def _appended(self, container: Container, value: Value, node: ast.expr | None) -> Container:
        grown = self._added(container, value)
        turns = frozenset(self.loops) - container.created_in
        repeated = [
            module
            for module in self.modules_in(value)
            if module.creation is not None and turns - module.created_in - loops_of(module)
        ]
        if repeated and not isinstance(value, Container) and node is not None:
            return replace(grown, duplicates=(*grown.duplicates, self.site(node)))
        return grown

    def _store(self, target: ast.expr, value: Value) -> None:
        if isinstance(target, ast.Name):
            self.frame.names[target.id] = value
        elif isinstance(target, ast.Attribute):
            owner = self.evaluate(target.value)
            if isinstance(owner, Instance):
                self.attributes[(owner.identity, target.attr)] = value

    def assign_item(self, target: ast.Subscript, value: Value) -> None:
        owner = self.evaluate(target.value)
        self.record_in_place(target.value, owner, target)
        if isinstance(owner, Instance):
            self._add_to_module(target.value, owner, value, target)
        elif isinstance(owner, Container):
            joined = value if owner.element is None else join(owner.element, value)
            keep = owner.items if owner.items != () else None
            self._store(
                target.value,
                replace(owner, items=keep, keys=None if keep is None else owner.keys, element=joined),
            )

    def _add_to_module(self, target: ast.expr, owner: Instance, value: Value, node: ast.expr) -> None:
        if self.in_constructor:
            self._register_item(value, node if not isinstance(node, ast.Call) else node.args[-1])
        contents = owner.contents or Container("list", ("contents", owner.identity), ())
        self._store(target, replace(owner, contents=self._added(contents, value)))

    def extend_module(self, target: ast.expr, owner: Instance, given: Value, node: ast.expr) -> None:
        """`target.extend(given)` and `target += given`, for a list of modules."""
        contents = owner.contents or Container("list", ("contents", owner.identity), ())
        if isinstance(given, Container) and self.in_constructor:
            self._register_contents(given, node)
        self._store(target, replace(owner, contents=self.extended(contents, given)))

    # -- methods of modules -------------------------------------------------------------------------

    def module_method(
        self, node: ast.Call, func: ast.Attribute, module: Instance, arguments: Arguments
    ) -> Value | None:
        """Methods that nn.Module and its containers have; None for all others."""
        name = func.attr
        if self._defines(module, name):
            return None
        if name in ("add_module", "register_module") and len(arguments.positional) == 2:
            return self._add_named(module, arguments, node)
        if name in ADDS_ONE and arguments.positional and name != "add":
            self._add_to_module(func.value, module, arguments.positional[-1], node)
            return module
        if name in ADDS_MANY and arguments.positional:
            where = node.args[0] if node.args else node
            self.extend_module(func.value, module, arguments.positional[0], where)
            return module
        if name in RETURNS_ITSELF:
            return module
        if name in ITERATES:
            return self._iterated(module, name)
        if name in ("register_buffer", "register_parameter") and arguments.positional:
            first = arguments.positional[0]
            if isinstance(first, Constant) and isinstance(first.value, str):
                self.attributes[(module.identity, first.value)] = PARAMETER
            return NONE
        if name in ("parameters", "buffers", "get_parameter", "get_buffer"):
            return Container("list", ("parameters", module.identity), None, None, DERIVED_TENSOR)
        if name == "get_submodule" and arguments.positional:
            label = self.label_of(arguments.positional[0], node.args[0]) if node.args else "?"
            return Instance((module.identity, label), varies=loops_of(arguments.positional[0]))
        return None

    def _defines(self, module: Instance, name: str) -> bool:
        return module.source is not None and self.method_of(module.source, name) is not None

    def _add_named(self, module: Instance, arguments: Arguments, node: ast.Call) -> Value:
        name, value = arguments.positional
        where = node.args[1] if len(node.args) > 1 else node
        is_list = module.contents is not None and module.identity != SELF
        if is_list and self.in_constructor:
            self._register_item(value, where)
        if isinstance(name, Constant) and isinstance(name.value, str):
            self.set_attribute(module, name.value, value, where)
        elif not is_list:
            for part in self.modules_in(value):
                self.uses.setdefault(("registered", part.identity), ())
        if module.contents is not None and isinstance(node.func, ast.Attribute):
            self._store(node.func.value, replace(module, contents=self._added(module.contents, value)))
        return NONE

    def _iterated(self, module: Instance, name: str) -> Value:
        contents = module.contents
        element = self.any_element(contents) if contents is not None else Instance((module.identity, "child"))
        if contents is not None and name in ("values", "children"):
            return Container("list", module.identity, contents.items, None, contents.element)
        if name == "keys":
            return UNKNOWN
        if name in ("named_children", "items", "named_modules"):
            element = Container("tuple", (module.identity, "pair"), (UNKNOWN, element))
        return Container("list", module.identity, None, None, element)
