"""What a class is: its bases, whether it is an nn.Module, its methods, what its constructor sets."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.events import Events, Site
from torchready.facts.project import Project
from torchready.facts.values import (
    ClassValue,
    Constant,
    Container,
    Either,
    ExternalName,
    FunctionValue,
    Instance,
    TorchName,
    Unknown,
    Value,
    alternatives,
)
from torchready.torch_api.modules import find_module

SELF = "self"
# Begins the identity of a module that was built outside of `__init__`.
BUILT_NOW = "built now"
NEVER_MODULES = frozenset({"config", "device", "dtype", "training", "name"})
# Bases from packages that may not be installed where torchready runs; where they are, their source says it.
KNOWN_MODULE_BASES = frozenset(
    {
        "lightning.LightningModule",
        "lightning.pytorch.LightningModule",
        "pytorch_lightning.LightningModule",
        "pytorch_lightning.core.LightningModule",
        "transformers.PreTrainedModel",
        "transformers.modeling_utils.PreTrainedModel",
        "diffusers.ModelMixin",
        "diffusers.models.modeling_utils.ModelMixin",
        "timm.models.layers.ClassifierHead",
        "mmengine.model.BaseModule",
        "mmcv.runner.BaseModule",
        "fairseq.models.FairseqModel",
        "keras_hub.models.Backbone",
    }
)


DICTIONARIES = frozenset({"builtins.dict", "collections.OrderedDict", "collections.defaultdict"})


@dataclass(frozen=True, slots=True)
class Lineage:
    """`order` are the classes we have the source of, in the order in which methods are looked up."""

    order: tuple[SourceClass, ...]
    torch_bases: tuple[str, ...]
    unknown_bases: tuple[str, ...]
    is_module: bool
    is_dictionary: bool = False

    @property
    def torch_base(self) -> str | None:
        """The class of torch it derives from, the most special one."""
        return self.torch_bases[0] if self.torch_bases else None


@dataclass(frozen=True, slots=True)
class Attributes:
    """What `__init__` leaves on the object, and what was seen on the way."""

    values: dict[str, Value]
    names: dict[Hashable, str]
    parameters_kept: frozenset[str]
    events: Events
    assigned: dict[str, Site]

    @property
    def module_names(self) -> frozenset[str]:
        """The attributes that hold modules, or may hold one that the constructor was given."""
        return (
            frozenset(name for name, value in self.values.items() if may_hold_module(value)) - NEVER_MODULES
        )


def may_hold_module(value: Value) -> bool:
    match value:
        case Instance() | Unknown(("parameter", str())) | Constant(None):
            return True
        case Container():
            inner = (*(value.items or ()), *((value.element,) if value.element is not None else ()))
            return any(may_hold_module(item) for item in inner)
        case Either(parts):
            return any(may_hold_module(part) for part in parts)
        case _:
            return False


def lineage(project: Project, source: SourceClass) -> Lineage:
    """The lineage of a class. Bases that refer to the class itself count as unknown."""
    nothing = Lineage((source,), (), ("?",), False)
    project.memo.note(source.path, source.top_name)
    return project.memo.get(("lineage", source), lambda: _lineage(project, source), nothing)


def _lineage(project: Project, source: SourceClass) -> Lineage:
    project.memo.note(source.path, source.top_name)
    order: list[SourceClass] = []
    torch_bases: list[str] = []
    unknown: list[str] = []
    is_module = is_dictionary = False
    for value in _bases(project, source):
        match value:
            case ClassValue(base):
                above = lineage(project, base)
                order = [*(one for one in order if one not in above.order), *above.order]
                torch_bases += [name for name in above.torch_bases if name not in torch_bases]
                unknown += above.unknown_bases
                is_module = is_module or above.is_module
                is_dictionary = is_dictionary or above.is_dictionary
            case TorchName(name):
                module = find_module(name)
                if module is not None and module.is_module:
                    is_module = True
                    torch_bases.append(name)
                elif name == "torch.autograd.Function":
                    unknown.append(name)
            case ExternalName(name):
                is_module = is_module or name in KNOWN_MODULE_BASES
                is_dictionary = is_dictionary or name in DICTIONARIES
                if not name.startswith(("builtins.", "typing.", "abc.", "collections.", "enum.")):
                    unknown.append(name)
            case _:
                unknown.append("?")
    if unknown and not is_module:
        is_module = _looks_like_module(project, source)
    torch_bases.sort(key=lambda name: name == "torch.nn.Module")
    return Lineage((source, *order), tuple(torch_bases), tuple(unknown), is_module, is_dictionary)


def _bases(project: Project, source: SourceClass) -> Iterator[Value]:
    node = source.node
    if node is None:
        return
    for base in node.bases:
        expression = base.value if isinstance(base, ast.Subscript) else base
        yield from alternatives(_static_value(project, source.path, expression))


def _static_value(project: Project, path: Path, expression: ast.expr) -> Value:
    match expression:
        case ast.Name():
            found = project.resolve(path, expression.id)
            return found if found is not None else ExternalName(f"builtins.{expression.id}")
        case ast.Attribute():
            value = _static_value(project, path, expression.value)
            if isinstance(value, TorchName):
                from torchready.torch_api.modules import canonical_name

                return TorchName(canonical_name(f"{value.name}.{expression.attr}"))
            if isinstance(value, ExternalName):
                return ExternalName(f"{value.name}.{expression.attr}")
            from torchready.facts.values import FileValue

            if isinstance(value, FileValue):
                return project.member(value.path, expression.attr)
            return Unknown()
        case _:
            return Unknown()


def _looks_like_module(project: Project, source: SourceClass) -> bool:
    """A class over something unknown that has a forward and sets modules of torch.nn on itself."""
    functions = project.current(source).functions()
    if "forward" not in functions or "__init__" not in functions:
        return False
    for function in functions["__init__"]:
        project.note_function(function)
    text = {word for function in functions["__init__"] for word in function.piece.identifiers()}
    return "super" in text and bool(
        text & {"nn", "Module", "Linear", "Conv2d", "Sequential", "ModuleList", "Embedding"}
    )


def find_function(project: Project, source: SourceClass, name: str) -> SourceFunction | None:
    """The method that `object.name` means for an object of this class."""
    for one in lineage(project, source).order:
        project.memo.note(one.path, one.top_name)
        function = project.current(one).function(name)
        if function is not None:
            return function
    return None


def function_after(
    project: Project, source: SourceClass, after: SourceClass, name: str
) -> SourceFunction | None:
    """The method that `super().name` means in a method of `after`, for an object of class `source`."""
    order = lineage(project, source).order
    start = order.index(after) + 1 if after in order else 1
    for one in order[start:]:
        project.memo.note(one.path, one.top_name)
        function = project.current(one).function(name)
        if function is not None:
            return function
    return None


def attributes_of(project: Project, source: SourceClass) -> Attributes | None:
    """What the constructor sets. None while it is being computed."""
    project.memo.note(source.path, source.top_name)
    return project.memo.get(("attributes", source), lambda: _attributes(project, source), None)


def _attributes(project: Project, source: SourceClass) -> Attributes | None:
    from torchready.facts.entries import run_constructor

    project.memo.note(source.path, source.top_name)
    return run_constructor(project, source)


def owned(value: Value, owner: Hashable) -> Value:
    """An attribute's value as seen from another object that holds `owner`."""
    match value:
        case Instance():
            return replace(value, identity=(owner, value.identity))
        case Container():
            items = None if value.items is None else tuple(owned(item, owner) for item in value.items)
            element = None if value.element is None else owned(value.element, owner)
            return replace(value, identity=(owner, value.identity), items=items, element=element)
        case FunctionValue(source, receiver) if receiver is not None:
            return FunctionValue(source, owned(receiver, owner))
        case Either(parts):
            return Either(tuple(owned(part, owner) for part in parts))
        case _:
            return value
