"""What the parameters of a function hold: what a call gives, what an annotation says, or the default."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from torchready.facts.classes import lineage
from torchready.facts.declarations import FunctionNode, SourceFunction
from torchready.facts.values import (
    DERIVED_TENSOR,
    NONE,
    PARAMETER,
    SIZE,
    SURE_TENSOR,
    UNKNOWN,
    Certainty,
    ClassValue,
    Constant,
    Container,
    Instance,
    Number,
    Tensor,
    TorchName,
    Unknown,
    Value,
    join,
)
from torchready.torch_api.modules import find_module

if TYPE_CHECKING:
    from torchready.facts.arguments import Arguments
    from torchready.facts.core import Core

NUMBERS = frozenset({"int", "float", "bool", "complex"})
SEQUENCES = frozenset(
    {"list", "List", "tuple", "Tuple", "Sequence", "Iterable", "set", "Set", "Iterator", "Collection"}
)
MAPPINGS = frozenset({"dict", "Dict", "Mapping", "OrderedDict", "MutableMapping", "DefaultDict"})


def bound_arguments(
    run: Core,
    function: SourceFunction | ast.Lambda | FunctionNode,
    receiver: Value | None,
    arguments: Arguments,
) -> dict[str, Value]:
    """The names a function starts with when it is called with these arguments."""
    node = function.node if isinstance(function, SourceFunction) else function
    names: dict[str, Value] = {}
    parameters = [*node.args.posonlyargs, *node.args.args]
    given = ((receiver,) if receiver is not None else ()) + arguments.positional
    for parameter, value in zip(parameters, given, strict=False):
        names[parameter.arg] = value
    names.update(arguments.keywords)
    if node.args.vararg is not None:
        rest = given[len(parameters) :]
        element = None
        if arguments.is_open:
            element = run.derived_from(rest) if rest else DERIVED_TENSOR
        names[node.args.vararg.arg] = Container(
            "tuple", ("rest", id(node)), rest if element is None else None, None, element
        )
    if node.args.kwarg is not None:
        names[node.args.kwarg.arg] = Unknown(("keywords", id(node)))
    _fill_defaults(run, node, names, is_open=arguments.is_open)
    return names


def _fill_defaults(
    run: Core, node: ast.Lambda | FunctionNode, names: dict[str, Value], *, is_open: bool
) -> None:
    for parameter, default in with_defaults(node.args):
        if parameter.arg in names:
            continue
        if is_open or default is None:
            names[parameter.arg] = annotated(run, parameter.annotation, Unknown(("parameter", parameter.arg)))
        else:
            names[parameter.arg] = _default(run, parameter, default)


def _default(run: Core, parameter: ast.arg, default: ast.expr) -> Value:
    value = run.evaluate(default)
    if value == NONE:
        return annotated(run, parameter.annotation, Unknown(("parameter", parameter.arg)))
    return value


def with_defaults(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """All parameters with a name, each with its default."""
    plain = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    return [
        *zip(plain, [*missing, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]


def entry_parameter(
    run: Core, parameter: ast.arg, default: ast.expr | None, *, is_forward: bool, is_constructor: bool
) -> Value:
    """What a parameter holds when nothing is known of the call.

    An unannotated input of forward is likely a tensor; a constructor's parameter is anything.
    """
    label = Unknown(("parameter", parameter.arg))
    value = annotated(run, parameter.annotation, label)
    given = run.evaluate(default) if default is not None else None
    if value is not label:
        if isinstance(value, Tensor):
            # Who writes `if mask:` of an optional tensor may have annotated a flag as one.
            return replace(value, is_given=is_forward, assumed=None if default is None else label.label)
        if is_constructor and given is not None and run.is_module_class(given):
            # `norm_layer: nn.Module = nn.LayerNorm` names what the class builds.
            return join(given, label)
        return _named_module(value, parameter)
    if is_constructor:
        return label if given is None or isinstance(given, Constant) else _parameter_default(given, label)
    if parameter.annotation is not None:
        return DERIVED_TENSOR if is_forward and _is_loose(parameter.annotation) else label
    if given is None or given == NONE:
        return Tensor(Certainty.LIKELY, assumed=label.label, is_given=True) if is_forward else DERIVED_TENSOR
    return Number(("parameter", parameter.arg)) if isinstance(given, Constant) else label


def _parameter_default(given: Value, label: Unknown) -> Value:
    return label if isinstance(given, Container) else join(given, label)


def _named_module(value: Value, parameter: ast.arg) -> Value:
    if isinstance(value, Instance):
        return Instance(("parameter", parameter.arg), value.source, value.torch_class, certain=True)
    return value


def _is_loose(annotation: ast.expr) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id in ("Any", "object")


def annotated(run: Core, annotation: ast.expr | None, otherwise: Value) -> Value:
    """What an annotation says, `otherwise` when it says nothing of use."""
    match annotation:
        case None:
            return otherwise
        case ast.Constant(value=str() as text):
            try:
                inner = ast.parse(text, mode="eval").body
            except SyntaxError:
                return otherwise
            return annotated(run, inner, otherwise)
        case ast.BinOp(op=ast.BitOr()):
            return _first_known(run, [annotation.left, annotation.right], otherwise)
        case ast.Subscript():
            return _subscripted(run, annotation, otherwise)
        case ast.Name(id=name) if name in NUMBERS:
            return Number(getattr(otherwise, "label", None))
        case ast.Name() | ast.Attribute():
            return _named(run, annotation, otherwise)
        case _:
            return otherwise


def _first_known(run: Core, parts: list[ast.expr], otherwise: Value) -> Value:
    for part in parts:
        value = annotated(run, part, otherwise)
        if value is not otherwise:
            return value
    return otherwise


def _subscripted(run: Core, annotation: ast.Subscript, otherwise: Value) -> Value:
    outer = (
        annotation.value.attr
        if isinstance(annotation.value, ast.Attribute)
        else getattr(annotation.value, "id", "")
    )
    parts = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if outer in ("Optional", "Union", "Annotated", "Final"):
        return _first_known(run, list(parts[:1] if outer == "Annotated" else parts), otherwise)
    if outer in SEQUENCES or outer in MAPPINGS:
        element = annotated(run, parts[-1 if outer in MAPPINGS else 0], UNKNOWN)
        if element is UNKNOWN:
            return otherwise
        kind = "dict" if outer in MAPPINGS else "list"
        return Container(kind, ("annotated", ast.dump(annotation)), None, None, element)
    if outer in ("Type", "type"):
        value = run.evaluate(parts[0]) if isinstance(parts[0], (ast.Name, ast.Attribute)) else UNKNOWN
        return value if run.is_module_class(value) else otherwise
    if outer == "Callable" and len(parts) == 2:
        result = annotated(run, parts[1], UNKNOWN)
        return TorchName("torch.nn.Module") if isinstance(result, Instance) else otherwise
    return otherwise


def _named(run: Core, annotation: ast.Name | ast.Attribute, otherwise: Value) -> Value:
    value = run.evaluate(annotation)
    match value:
        case TorchName("torch.Size"):
            return SIZE
        case TorchName("torch.nn.Parameter"):
            return PARAMETER
        case TorchName(name) if name == "torch.Tensor" or name.endswith("Tensor"):
            return SURE_TENSOR
        case TorchName(name):
            module = find_module(name)
            if module is not None and module.is_module:
                return Instance(("annotated", name), torch_class=None if name == "torch.nn.Module" else name)
            return otherwise
        case ClassValue(source) if lineage(run.project, source).is_module:
            return Instance(("annotated", source.qualified_name), source)
        case _:
            name = annotation.attr if isinstance(annotation, ast.Attribute) else annotation.id
            return SURE_TENSOR if name == "Tensor" else otherwise
