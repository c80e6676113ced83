"""All fixes of one class in one text: they share its names, its `__init__` and its imports."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable

from torchready.finding import Applicability, Edit, Fix
from torchready.fixes.attribute_names import AttributeNames, name_of_class
from torchready.fixes.bindings import Bindings
from torchready.fixes.call_surgery import replace_callee, wrap_receiver
from torchready.fixes.class_shape import ClassShape, Store
from torchready.fixes.constants import Constants
from torchready.fixes.constructions import (
    is_dotted,
    keeps_nothing,
    local_name,
    root_of,
    why_not_rebuilt,
)
from torchready.fixes.conversion import ALWAYS_ACTIVE, Conversion, attribute_for, convert
from torchready.fixes.initializer import find_initializer
from torchready.fixes.names import ModuleNames
from torchready.fixes.operators import NEW_TENSOR, Operation, call_module, wanted_name
from torchready.fixes.places import range_of, source_of, start_of, statement_after
from torchready.fixes.refusal import Refusal
from torchready.fixes.sites import (
    IN_LOOP,
    Function,
    Sites,
    attribute_of,
    is_callee_or_argument,
    self_name,
)
from torchready.text import Text
from torchready.torch_api.aimet import Operator
from torchready.torch_api.functionals import Functional

REPEATS = (
    "it runs more than once per forward and needs one module per run: build an nn.ModuleList in __init__"
)
CONTAINERS = frozenset({"torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict"})
# Modules that do nothing in eval mode. A module built in forward is always in train mode.
_TRAINING_ONLY = ("Dropout", "RReLU")


class ClassEditor:
    """Builds fixes for one class.

    `taken` are attribute names that bases and subclasses use. `inherited_constants` are attributes a base
    sets in its `__init__` for good; `changed_attributes` are those that code outside of the class assigns.
    `container` tells that a base is nn.Sequential or the like; `skipped_by` names a subclass whose `__init__`
    does not run this one's. `shadowed` are names of enclosing functions. `contested` are names that fixes
    of a base may give to new modules, see `contested_names`.
    """

    def __init__(
        self,
        text: Text,
        class_node: ast.ClassDef,
        names: ModuleNames,
        taken: Container[str] = (),
        *,
        inherited_constants: Container[str] = (),
        changed_attributes: Container[str] = (),
        container: bool = False,
        skipped_by: str | None = None,
        shadowed: Iterable[str] = (),
        contested: Container[str] = (),
    ) -> None:
        self._text = text
        self._names = names
        self._shape = ClassShape.of(class_node)
        self._bindings = Bindings()
        self._sites = Sites()
        self._attributes = AttributeNames(self._shape, taken, contested)
        self._initializer = find_initializer(text, self._shape, names)
        self._enclosing = frozenset(shadowed)
        self._inherited = inherited_constants
        self._changed = changed_attributes
        self._obstacle = self._find_obstacle(container, skipped_by)

    def replace_functional(
        self,
        call: ast.Call,
        function: Function,
        functional: Functional,
        *,
        receiver_is_first: bool = False,
        repeats: bool = False,
    ) -> Fix | Refusal:
        """TR101: `F.relu(x)` or `x.relu()` -> `self.relu(x)`, with `self.relu = nn.ReLU()` in `__init__`."""
        owner = self._owner_of(call, function, repeats=repeats)
        if isinstance(owner, Refusal):
            if owner.reason not in (REPEATS, IN_LOOP):
                return owner
            return self._why_no_module_fits(call, function, functional, receiver_is_first) or owner
        if not receiver_is_first and not is_dotted(call.func):
            return Refusal(
                "what it calls is chosen at run time: build the modules in __init__ and choose there"
            )
        conversion = convert(self._text, call, functional, receiver=receiver_is_first, self_name=owner)
        if isinstance(conversion, Refusal):
            return conversion
        return self._replace(call, function, functional, conversion, owner, wraps=receiver_is_first)

    def _why_no_module_fits(
        self, call: ast.Call, function: Function, functional: Functional, receiver: bool
    ) -> Refusal | None:
        """What also stands against one module for each run; None when they could be built."""
        owner = self_name(function)
        assert owner is not None
        conversion = convert(self._text, call, functional, receiver=receiver, self_name=owner)
        if isinstance(conversion, Refusal):
            return conversion
        needed = self._needs_of(conversion.moved, function, owner)
        return needed if isinstance(needed, Refusal) else None

    def split_reused_module(
        self,
        call: ast.Call,
        attribute: str,
        function: Function,
        *,
        stateless: bool | None = None,
        repeats: bool = False,
    ) -> Fix | Refusal:
        """TR201: this call gets `self.relu2`, built as `self.relu` is and right after it.

        `stateless` tells whether the module keeps nothing; by default torch's own classes are looked up.
        """
        owner = self._owner_of(call, function, repeats=repeats)
        if isinstance(owner, Refusal):
            return owner
        uses = [node for node in ast.walk(call) if attribute_of(node, owner) == attribute]
        own = [node for node in uses if isinstance(node, ast.expr) and is_callee_or_argument(call, node)]
        if len(own) != 1:
            return Refusal(f"the call does not name `{owner}.{attribute}` itself: change it by hand")
        store = self._single_assignment(attribute)
        if isinstance(store, Refusal):
            return store
        assert store.statement is not None and store.statement.value is not None
        built = why_not_rebuilt(store.statement.value, self._names, stateless)
        if isinstance(built, Refusal):
            return built
        name = self._attributes.allocate(attribute)
        if isinstance(name, Refusal):
            return name
        source = self._assignment_with(store.statement, f"{self_name(store.function)}.{name}")
        edits = (
            statement_after(self._text, store.statement, source),
            Edit(range_of(self._text, own[0]), f"{owner}.{name}"),
        )
        return self._fix(f"Use a module of its own, `{owner}.{name}`", edits)

    def split_shared_registration(
        self,
        place: ast.expr,
        origin: ast.Assign | ast.AnnAssign,
        function: Function,
        *,
        stateless: bool | None = None,
    ) -> Fix | Refusal:
        """TR203: write `origin`'s constructor again at `place`, where its module is registered once more."""
        site = self._sites.check(function, place)
        if site is not None:
            return site
        if origin.value is None or origin not in function.body:
            return Refusal(
                "the shared module is not built by one plain assignment: build a second one by hand"
            )
        built = why_not_rebuilt(origin.value, self._names, stateless)
        if isinstance(built, Refusal):
            return built
        if self._bindings.rebinds_after(function, origin.value, statement=origin):
            return Refusal("its arguments change before the second place: build a second one by hand")
        source = source_of(self._text, origin.value)
        return self._fix(f"Build a second one, `{source}`", (Edit(range_of(self._text, place), source),))

    def move_construction(
        self,
        construction: ast.Call,
        function: Function,
        *,
        stateless: bool | None = None,
        repeats: bool = False,
    ) -> Fix | Refusal:
        """TR105: `nn.ReLU()(x)` or `act = nn.ReLU()` in forward -> the module is built in `__init__`."""
        owner = self._owner_of(construction, function, repeats=repeats)
        if isinstance(owner, Refusal):
            return owner
        initializer = self._initializer
        assert not isinstance(initializer, Refusal)
        full_name = self._names.full_name(construction.func)
        root = root_of(construction.func)
        if full_name is None or root in initializer.shadowed | self._enclosing:
            return Refusal(
                f"`{ast.unparse(construction.func)}` may mean something else in __init__: move it by hand"
            )
        if not keeps_nothing(construction, self._names, stateless):
            return Refusal(
                "its weights are new in every call: build it in __init__ if they are to be learned"
            )
        values = [*construction.args, *(keyword.value for keyword in construction.keywords)]
        needed = self._needs_of(values, function, owner)
        if isinstance(needed, Refusal):
            return needed
        source = source_of(self._text, construction)
        if construction.lineno != construction.end_lineno:
            source = ast.unparse(construction)
        class_name = full_name.rpartition(".")[2]
        name = self._attributes.allocate(local_name(function, construction) or name_of_class(class_name))
        if isinstance(name, Refusal):
            return name
        built = initializer.build(f"{initializer.self_name}.{name} = {source}", needed)
        if isinstance(built, Refusal):
            self._attributes.release(name)
            return built
        warning = ALWAYS_ACTIVE if any(word in class_name for word in _TRAINING_ONLY) else None
        edits = (*built, Edit(range_of(self._text, construction), f"{owner}.{name}"))
        return self._fix(f"Build it once, as `{owner}.{name}`", edits, self._warnings(class_name, warning))

    def replace_operator(
        self,
        node: Operation,
        function: Function,
        operator: Operator,
        *,
        receiver_is_first: bool = False,
        repeats: bool = False,
        rebinds: bool = False,
    ) -> Fix | Refusal:
        """TR103: `x + y` -> `self.add(x, y)`, with `self.add = custom.Add()` in `__init__`.

        `rebinds` tells of `x += y` that nothing else holds the tensor and that its type stays the same.
        """
        owner = self._owner_of(node, function, repeats=repeats)
        if isinstance(owner, Refusal):
            return owner
        if operator.module is None:
            return Refusal("AIMET has no module for it: compute it in another way, or leave it unquantized")
        name = self._attributes.allocate(wanted_name(operator))
        if isinstance(name, Refusal):
            return name
        replacement = call_module(self._text, node, operator, f"{owner}.{name}", receiver=receiver_is_first)
        if isinstance(replacement, Refusal):
            self._attributes.release(name)
            return replacement
        built = self._build(
            operator.module, replacement.constructor, name, replacement.moved, function, owner
        )
        if isinstance(built, Refusal):
            self._attributes.release(name)
            return built
        warning = NEW_TENSOR if isinstance(node, ast.AugAssign) and not rebinds else None
        return self._fix(
            f"Use AIMET's module, `{owner}.{name}`",
            (*built, *replacement.edits),
            self._warnings(operator.module.rpartition(".")[2], warning),
            isolation=self._wrap_isolation(node),
        )

    def _build(
        self,
        module: str,
        arguments: str,
        name: str,
        moved: Iterable[ast.expr],
        function: Function,
        owner: str,
    ) -> tuple[Edit, ...] | Refusal:
        """The edits that build `module` as the attribute `name`, with an import where one is missing."""
        initializer = self._initializer
        assert not isinstance(initializer, Refusal)
        needed = self._needs_of(moved, function, owner)
        if isinstance(needed, Refusal):
            return needed
        spelling = self._names.spelling_of(module, initializer.shadowed | self._enclosing)
        if spelling is None:
            return Refusal(f"{module.removeprefix('torch.')} has no sure name in this file: import it there")
        source = f"{initializer.self_name}.{name} = {spelling.expression}({arguments})"
        built = initializer.build(source, needed)
        return built if isinstance(built, Refusal) else (*spelling.edits, *built)

    def _replace(
        self,
        call: ast.Call,
        function: Function,
        functional: Functional,
        conversion: Conversion,
        owner: str,
        *,
        wraps: bool,
    ) -> Fix | Refusal:
        name = self._attributes.allocate(attribute_for(functional))
        if isinstance(name, Refusal):
            return name
        built = self._build(conversion.module, conversion.arguments, name, conversion.moved, function, owner)
        callee = f"{owner}.{name}"
        if wraps:
            surgery = wrap_receiver(self._text, call, callee)
        else:
            surgery = replace_callee(self._text, call, callee, conversion.removed, conversion.unnamed)
        if isinstance(built, Refusal):
            self._attributes.release(name)
            return built
        if isinstance(surgery, Refusal):
            self._attributes.release(name)
            return surgery
        warnings = self._warnings(conversion.module.rpartition(".")[2], conversion.warning)
        if functional.training is not None and self._manages_training():
            warnings.append("the class sets the training mode of its modules itself")
        return self._fix(
            f"Use a module, `{callee} = {conversion.constructor}`",
            (*built, *surgery),
            warnings,
            isolation=self._wrap_isolation(call) if wraps else None,
        )

    def _owner_of(self, node: ast.expr | ast.stmt, function: Function, *, repeats: bool) -> str | Refusal:
        """The name of `self` where `node` stands, once everything about the place allows a fix."""
        if self._obstacle is not None:
            return self._obstacle
        if function not in self._shape.methods.get(function.name, []):
            return Refusal("it is not in a method of the class: pass a module in, or make it a method")
        owner = self_name(function)
        if owner is None or self._bindings.rebinds(function, owner):
            return Refusal("it is in a static or class method, which has no modules: make it a method")
        if function.name == "__init__":
            return Refusal("it runs in __init__: build the module there, before it, by hand")
        if repeats:
            return Refusal(REPEATS)
        return self._sites.check(function, node) or owner

    def _find_obstacle(self, container: bool, skipped_by: str | None) -> Refusal | None:
        bases = {self._names.full_name(base) for base in self._shape.node.bases}
        if container or bases & CONTAINERS:
            return Refusal(
                "a new attribute would join the container's own sequence: wrap the container in a module"
            )
        if self._shape.positional_walk:
            return Refusal(
                "the class goes through its own children, which a new one would join: add it by hand"
            )
        if self._shape.methods.keys() & {"__setattr__", "__getattr__", "__getattribute__"}:
            return Refusal("the class has its own rules for attributes: add the module by hand")
        if skipped_by is not None:
            return Refusal(
                f"{skipped_by} does not call the __init__ that would build the module: call it there first"
            )
        return self._initializer if isinstance(self._initializer, Refusal) else None

    def _needs_of(
        self, values: Iterable[ast.expr], function: Function, owner: str
    ) -> frozenset[str] | Refusal:
        initializer = self._initializer
        assert not isinstance(initializer, Refusal)
        shadowed = initializer.shadowed | self._enclosing
        constants = Constants(
            self._shape, self._names, self._bindings, shadowed, self._inherited, self._changed
        )
        needed: frozenset[str] = frozenset()
        for value in values:
            found = constants.needs_of(value, function)
            if isinstance(found, Refusal):
                return found
            mentions_self = any(attribute_of(node, owner) for node in ast.walk(value))
            if mentions_self and owner != initializer.self_name:
                return Refusal(
                    f"__init__ calls the instance `{initializer.self_name}`, this method `{owner}`"
                )
            needed |= found
        return needed

    def _single_assignment(self, attribute: str) -> Store | Refusal:
        stores = self._shape.stores.get(attribute, [])
        if len(stores) != 1:
            return Refusal(
                f"`self.{attribute}` is not built at exactly one place of this class: add one by hand"
            )
        only = stores[0]
        if only.statement is None or self._sites.check(only.function, only.statement) is not None:
            return Refusal(f"`self.{attribute}` is not built by one plain assignment: add one by hand")
        return stores[0]

    def _assignment_with(self, statement: ast.Assign | ast.AnnAssign, target: str) -> str:
        old = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
        source = source_of(self._text, statement)
        return target + source[len(source_of(self._text, old)) :]

    def _manages_training(self) -> bool:
        return bool(self._shape.methods.keys() & {"train", "eval"}) or "training" in self._shape.stores

    def _warnings(self, class_name: str, warning: str | None) -> list[str]:
        warnings = [warning] if warning else []
        if self._shape.any_name:
            warnings.append(
                "the class sets attributes under names computed at run time, which may be this one"
            )
        if self._shape.tested_classes & {class_name, "Module", "_DropoutNd"}:
            warnings.append("the class treats such modules apart when it goes through its modules")
        return warnings

    def _wrap_isolation(self, node: ast.expr | ast.stmt) -> str:
        # Two calls of one chain start at one place; what is put there first would depend on their order.
        start = start_of(self._text, node)
        return f"{self._shape.node.name}: chain at {start.line}:{start.column}"

    def _fix(
        self, message: str, edits: Iterable[Edit], warnings: Iterable[str] = (), isolation: str | None = None
    ) -> Fix:
        reasons = "; ".join(warnings)
        return Fix(
            applicability=Applicability.UNSAFE if reasons else Applicability.SAFE,
            message=f"{message} ({reasons})" if reasons else message,
            edits=tuple(sorted(edits, key=lambda edit: edit.range)),
            isolation=isolation,
        )
