"""A first guess at how a model is built and what goes into it: from signatures and the first layer of each input."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torchready.facts.classes import attributes_of, find_function, lineage
from torchready.facts.declarations import SourceClass
from torchready.facts.parameters import with_defaults
from torchready.facts.project import Project
from torchready.facts.values import Container, Instance, Value, alternatives
from torchready.syntax.statements import last_name
from torchready.torch_api.dummy_shapes import (
    IMAGE_WORDS,
    LAYER_INPUTS,
    LENGTH,
    MASK_WORDS,
    PARAMETER_WORDS,
    PLANE,
    SIZE,
    SIZE_POSITIONS,
    TOKEN_WORDS,
    plane_of,
)

Number = int | float
Known = Mapping[str, object]

DEEPEST = 6
NOT_TENSORS = frozenset({"int", "float", "bool", "str", "dict", "Dict"})


@dataclass(frozen=True, slots=True)
class GuessedInput:
    """A tensor for one parameter of forward. `why` says in a few words what the guess rests on.

    `high` is the number that its numbers have to stay below: the size of a vocabulary.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    why: str
    high: int | None = None


@dataclass(frozen=True, slots=True)
class GuessedModel:
    """`unknown` are the parameters of the constructor and of forward that need a value and got none."""

    arguments: tuple[tuple[str, Number | bool], ...]
    inputs: tuple[GuessedInput, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    shape: tuple[int, ...]
    dtype: str
    why: str
    high: int | None = None


def guess(project: Project, source: SourceClass) -> GuessedModel:
    arguments, unknown = _constructor(project, source)
    known = {**_defaults(project, source), **dict(arguments)}
    inputs: list[GuessedInput] = []
    for parameter in _forward_parameters(project, source):
        annotation = last_name(parameter.annotation) if parameter.annotation is not None else None
        if annotation in NOT_TENSORS:
            unknown.append(parameter.arg)
            continue
        shape = _first_layer(project, source, parameter.arg, known, DEEPEST) or _by_name(parameter.arg)
        inputs.append(GuessedInput(parameter.arg, shape.shape, shape.dtype, shape.why, shape.high))
    return GuessedModel(tuple(arguments), tuple(inputs), tuple(unknown))


def is_module(project: Project, source: SourceClass) -> bool:
    return lineage(project, source).is_module


# -- the constructor


def _constructor(project: Project, source: SourceClass) -> tuple[list[tuple[str, Number | bool]], list[str]]:
    arguments: list[tuple[str, Number | bool]] = []
    unknown: list[str] = []
    for parameter, default in _parameters(project, source, "__init__"):
        if default is not None:
            continue
        value = _argument(parameter)
        if value is None:
            unknown.append(parameter.arg)
        else:
            arguments.append((parameter.arg, value))
    return arguments, unknown


def _argument(parameter: ast.arg) -> Number | bool | None:
    annotation = None if parameter.annotation is None else last_name(parameter.annotation)
    if annotation == "bool":
        return False
    if annotation not in (None, "int", "float"):
        return None
    name = parameter.arg.lower()
    by_name = next((value for word, value in PARAMETER_WORDS if word in name), None)
    if by_name is None:
        return {"int": 8, "float": 0.1}.get(annotation or "")
    return int(by_name) if annotation == "int" else by_name


def _defaults(project: Project, source: SourceClass) -> dict[str, object]:
    parameters = _parameters(project, source, "__init__")
    return {
        parameter.arg: default.value for parameter, default in parameters if isinstance(default, ast.Constant)
    }


def _parameters(project: Project, source: SourceClass, method: str) -> list[tuple[ast.arg, ast.expr | None]]:
    """Without `self`."""
    function = find_function(project, source, method)
    return [] if function is None else with_defaults(function.node.args)[1:]


# -- what goes into forward


def _forward_parameters(project: Project, source: SourceClass) -> list[ast.arg]:
    parameters = _parameters(project, source, "forward")
    return [parameter for parameter, default in parameters if default is None]


def _by_name(name: str) -> _Shape:
    words = name.lower()
    why = "guessed from its name"
    if any(word in words for word in MASK_WORDS):
        return _Shape((1, LENGTH), "bool", why)
    if any(word in words for word in TOKEN_WORDS):
        return _Shape((1, LENGTH), "int64", why)
    if any(word in words for word in IMAGE_WORDS):
        return _Shape((1, 3, plane_of(3), plane_of(3)), "float32", why)
    return _Shape((1, LENGTH), "float32", "nothing tells its shape")


def _first_layer(
    project: Project, source: SourceClass, parameter: str, known: Known, depth: int, within: str = ""
) -> _Shape | None:
    """The shape that the first layer wants which an input of forward goes into, as it is or changed a little.

    `within` is the attribute of the model that the layer belongs to, when it is not the model's own.
    """
    function = find_function(project, source, "forward")
    attributes = attributes_of(project, source)
    if function is None or attributes is None or depth == 0:
        return None
    for name in _modules_fed(function.node, parameter):
        value = attributes.values.get(name)
        for part in alternatives(value) if value is not None else ():
            found = _wanted(project, part, known, within or f"self.{name}", depth)
            if found is not None:
                return found
    return None


def _modules_fed(forward: ast.AST, parameter: str) -> Iterator[str]:
    """The attributes that are called on the input, or on what becomes of it, in the order in which they run."""
    names = {parameter}
    for node in sorted(_steps(forward), key=_end):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                if any(_mentions(argument, names) for argument in node.args):
                    yield name
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                if _mentions(value, names):
                    names.add(target)
            case _:
                pass


def _steps(forward: ast.AST) -> Iterator[ast.Call | ast.Assign]:
    return (node for node in ast.walk(forward) if isinstance(node, (ast.Call, ast.Assign)))


def _end(node: ast.Call | ast.Assign) -> tuple[int, int, int]:
    """A call in an argument ends before the call around it; an assignment ends with its value."""
    return (node.end_lineno or 0, node.end_col_offset or 0, -node.col_offset)


def _mentions(node: ast.expr, names: set[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node))


def _wanted(project: Project, value: Value, known: Known, place: str, depth: int) -> _Shape | None:
    match value:
        case Instance(contents=Container(items=tuple() as items)) if items:
            found = (_wanted(project, item, known, place, depth - 1) for item in items)
            return next((each for each in found if each is not None), None) if depth else None
        case Instance(torch_class=str() as name, creation=creation) if creation is not None:
            return _layer(name, creation.call, known, place)
        case Instance(source=SourceClass() as source) if depth:
            inner = {**_defaults(project, source), **_given(project, source, value, known)}
            first = next(iter(_forward_parameters(project, source)), None)
            return first and _first_layer(project, source, first.arg, inner, depth - 1, place)
        case _:
            return None


def _given(project: Project, source: SourceClass, value: Instance, known: Known) -> dict[str, object]:
    """What a submodule's constructor is called with, as far as that is numbers."""
    if value.creation is None:
        return {}
    call = value.creation.call
    names = [parameter.arg for parameter, _ in _parameters(project, source, "__init__")]
    given = {name: _evaluated(node, known) for name, node in zip(names, call.args, strict=False)}
    given |= {each.arg: _evaluated(each.value, known) for each in call.keywords if each.arg is not None}
    return {name: number for name, number in given.items() if number is not None}


def _layer(name: str, call: ast.Call, known: Known, place: str) -> _Shape | None:
    wanted = LAYER_INPUTS.get(name)
    node = None if wanted is None else _size_node(call, wanted.size_from, SIZE_POSITIONS.get(name, 0))
    size = None if node is None else _evaluated(node, known)
    if wanted is None or node is None or not isinstance(size, int):
        return None
    sizes = {SIZE: size, PLANE: plane_of(size)}
    shape = tuple(each if isinstance(each, int) else sizes[each] for each in wanted.shape)
    why = f"{place} begins with {name.rpartition('.')[2]}, {wanted.size_from} {ast.unparse(node)}"
    return _Shape(
        shape, wanted.dtype, why, size if SIZE not in wanted.shape and PLANE not in wanted.shape else None
    )


def _size_node(call: ast.Call, keyword: str, position: int) -> ast.expr | None:
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    return call.args[position] if position < len(call.args) else None


def _evaluated(node: ast.expr, known: Known) -> Number | None:
    """A number that is written out, or comes by arithmetic from the constructor's arguments."""
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.Name(id=name):
            value = known.get(name)
            return value if isinstance(value, (int, float)) else None
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(_evaluated(left, known), operator, _evaluated(right, known))
        case ast.List(elts=[*_, last]) | ast.Tuple(elts=[*_, last]):
            return _evaluated(last, known)
        case _:
            return None


def _combined(left: Number | None, operator: ast.operator, right: Number | None) -> Number | None:
    if left is None or right is None:
        return None
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.FloorDiv() if right:
            return left // right
        case _:
            return None
