"""What `value.name` means."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from torchready.facts.arguments import Arguments
from torchready.facts.classes import (
    SELF,
    Attributes,
    attributes_of,
    function_after,
    lineage,
    owned,
)
from torchready.facts.core import Core
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.paths import Frame, answer_to
from torchready.facts.values import (
    DERIVED_TENSOR,
    PARAMETER,
    SURE_TENSOR,
    UNKNOWN,
    ClassValue,
    Constant,
    Container,
    Either,
    ExternalName,
    FileValue,
    FunctionValue,
    Instance,
    Plain,
    SuperValue,
    Tensor,
    TorchName,
    Unknown,
    Value,
    holds_tensor,
    join,
    varying,
    without_rank,
)
from torchready.torch_api.modules import canonical_name, find_module

# Of every tuple: no name of a part.
METHODS_OF_TUPLES = frozenset(name for name in dir(tuple) if not name.startswith("_"))


class AttributeAccess(Core):
    """Attributes."""

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
            case Container("tuple", items=None, element=Tensor() as part) if name not in METHODS_OF_TUPLES:
                # Other tuples have none: `x.max(-1).values`.
                return part
            case Container() if holds_tensor(value):
                return DERIVED_TENSOR
            case _:
                return UNKNOWN

    def _module_attribute(self, module: Instance, name: str) -> Value:
        if name in ("forward", "__call__") and module.identity != SELF:
            return module
        assigned = self.attributes.get((module.identity, name))
        if assigned is not None:
            # Methods that are not followed may assign it as well.
            return without_rank(assigned) if self.knows_ranks else assigned
        if module.source is None:
            return _torch_attribute(module, name)
        attributes = self.class_attributes(module)
        if attributes is not None and name in attributes.values:
            value = attributes.values[name]
            return value if module.identity == SELF else varying(owned(value, module.identity), module.varies)
        function = self.method_of(module.source, name)
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
            return answer_to("training")
        if lineage(self.project, module.source).torch_base not in (None, "torch.nn.Module"):
            return _torch_attribute(module, name)
        return Unknown(("attribute", module.identity, name), module.varies)

    def class_attributes(self, module: Instance) -> Attributes | None:
        assert module.source is not None
        if self.in_constructor and module.identity == SELF:
            return None
        known = self._attributes.get(module.source)
        if known is None:
            known = attributes_of(self.project, module.source)
            if known is not None:
                self._attributes[module.source] = known
        return known

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
        if (source, name) in self._not_declared:
            return None
        for one in lineage(self.project, source).order:
            self.project.memo.note(one.path, one.top_name)
            assigned = self.project.current(one).assignments().get(name)
            if assigned is not None:
                outer, path = self.frame, self.path
                self.frame, self.path = Frame({}, assigned[0], None), one.path
                found = self.evaluate(assigned[1])
                self.frame, self.path = outer, path
                return found
        self._not_declared.add((source, name))
        return None

    def _class_attribute(self, source: SourceClass, name: str) -> Value:
        function = self.method_of(source, name)
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
        function = self.method_of(value.source, name)
        if function is not None:
            return FunctionValue(function, None if "staticmethod" in function.decorator_names() else value)
        found = self.class_level(value.source, name)
        return found if found is not None and not isinstance(found, Constant) else UNKNOWN

    def registry_item(self, value: Value, node: ast.expr) -> Value:
        if isinstance(value, Plain) and self.method_of(value.source, "__getitem__") is not None:
            kinds = [kind for argument in value.arguments for kind in self._registered_kinds(argument)]
            if kinds and all(self.is_module_class(kind) for kind in kinds):
                # It keeps classes, so each look-up builds a module.
                return Instance(("built", self.place(node)), created_in=frozenset(self.loops), certain=True)
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


def _torch_attribute(module: Instance, name: str) -> Value:
    if name in ("weight", "bias") or name.endswith(("_weight", "_bias", "weight_ih_l0", "weight_hh_l0")):
        return PARAMETER
    if name.startswith("running_"):
        return SURE_TENSOR
    if name == "training":
        return answer_to("training")
    return Unknown(("attribute", module.identity, name), module.varies)
