"""The place in `__init__` where one more submodule is built, or a new `__init__`."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from torchready.finding import Edit, Position
from torchready.fixes.class_shape import ClassShape
from torchready.fixes.names import ModuleNames, local_names
from torchready.fixes.places import (
    first_line_of,
    indentation_of,
    insertion,
    line_above_comments,
    statement_after,
)
from torchready.fixes.refusal import Refusal
from torchready.fixes.sites import Function, attribute_of, self_name
from torchready.text import Text
from torchready.torch_api.modules import canonical_name

_GENERATED_INITIALIZERS = {"dataclass", "define", "frozen", "attrs", "attributes", "s"}
_HARMLESS_ON_SELF = {"super", "isinstance", "hasattr", "getattr", "setattr", "type", "id"}
_REGISTRATIONS = {"register_buffer", "register_parameter", "register_module", "add_module"}

Attributes = frozenset[str]


@dataclass(frozen=True, slots=True)
class ExistingInitializer:
    """An `__init__` with the stretch of its top level where a submodule may be built.

    `lower` and `upper` count statements: a submodule may follow statement `lower - 1` (the call of the base's
    `__init__`) up to `upper - 1` (the last before code that could already run or walk the modules).
    """

    text: Text
    function: Function
    self_name: str
    lower: int
    upper: int
    preferred: int
    assigned: dict[str, int]
    shadowed: frozenset[str]

    def build(self, source: str, needed: Iterable[str]) -> tuple[Edit, ...] | Refusal:
        """Edits that run the statement `source` once the attributes `needed` are set."""
        index = self.preferred
        for name in needed:
            index = max(index, self.assigned.get(name, self.upper) + 1)
        if index > self.upper:
            return Refusal(
                "its arguments are set too late in __init__: set them before the code that uses the modules"
            )
        return (statement_after(self.text, self.function.body[index - 1], source),)


@dataclass(frozen=True, slots=True)
class NewInitializer:
    """An `__init__` to be written before the first method."""

    text: Text
    self_name: str
    place: Position
    member_indentation: str
    body_indentation: str
    plain: bool

    @property
    def shadowed(self) -> frozenset[str]:
        return frozenset({self.self_name}) if self.plain else frozenset({self.self_name, "args", "kwargs"})

    def build(self, source: str, needed: Iterable[str]) -> tuple[Edit, ...] | Refusal:
        """Edits that create `__init__` and run `source` in it; first and last are the same for all."""
        if any(True for _ in needed):
            return Refusal("its arguments are not set in an __init__ of this class: write one")
        end = self.text.newline()
        arguments = "" if self.plain else "*args, **kwargs"
        parameters = ", ".join(filter(None, (self.self_name, arguments)))
        head = f"{self.member_indentation}def __init__({parameters}):{end}"
        call = f"{self.body_indentation}super().__init__({arguments}){end}"
        return (
            insertion(self.place, head + call),
            insertion(self.place, f"{self.body_indentation}{source}{end}"),
            insertion(self.place, end),
        )


Initializer = ExistingInitializer | NewInitializer


def find_initializer(text: Text, shape: ClassShape, names: ModuleNames) -> Initializer | Refusal:
    """Where the class can build a submodule."""
    found = shape.methods.get("__init__", [])
    if len(found) > 1 or (not found and "__init__" in shape.names):
        return Refusal(
            "the class has more than one __init__, or one under a condition: add the module by hand"
        )
    if found:
        return _existing(text, shape, found[0])
    return _new(text, shape, names)


def _existing(text: Text, shape: ClassShape, function: Function) -> ExistingInitializer | Refusal:
    owner = self_name(function)
    if owner is None:
        return Refusal("__init__ is not a method of the instance: add the module by hand")
    body = function.body
    base_calls = [index for index, statement in enumerate(body) if _is_base_call(statement, owner)]
    inside = any(
        _is_base_call(node, owner)
        for statement in body
        for node in _own_nodes(statement)
        if node is not statement and isinstance(node, ast.Expr)
    )
    if inside:
        return Refusal("__init__ calls super().__init__() only under a condition: call it first, on its own")
    if not base_calls:
        return Refusal("__init__ does not call super().__init__(): call it first")
    lower = base_calls[-1] + 1
    if any(_may_leave(statement) for statement in body[:lower]):
        return Refusal("__init__ may return before super().__init__(): call it first")
    known = {
        name for name, stores in shape.stores.items() if any(store.function is function for store in stores)
    }
    upper = next(
        (index for index in range(lower, len(body)) if _is_barrier(body[index], owner, known)), len(body)
    )
    return ExistingInitializer(
        text=text,
        function=function,
        self_name=owner,
        lower=lower,
        upper=upper,
        preferred=_preferred(body, lower, upper, owner),
        assigned=_assigned(body, lower, owner),
        shadowed=local_names(function),
    )


def _preferred(body: Sequence[ast.stmt], lower: int, upper: int, owner: str) -> int:
    """After the last submodule of the stretch; without one, after the attributes it starts with."""
    modules = [index for index in range(lower, upper) if _builds_module(body[index], owner)]
    if modules:
        return modules[-1] + 1
    index = lower
    while index < upper and _target_attribute(body[index], owner):
        index += 1
    return index


def _assigned(body: Sequence[ast.stmt], lower: int, owner: str) -> dict[str, int]:
    """Attributes that the top level sets -> index of the statement, at least `lower - 1`."""
    found: dict[str, int] = {}
    for index, statement in enumerate(body):
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
                name = attribute_of(part, owner)
                if name is not None:
                    found[name] = max(index, lower - 1)
    return found


def _builds_module(statement: ast.stmt, owner: str) -> bool:
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    if _target_attribute(statement, owner) is None or not isinstance(value, ast.Call):
        return False
    called = value.func
    name = (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )
    return name.lstrip("_")[:1].isupper() and name not in ("Parameter", "Buffer")


def _target_attribute(statement: ast.stmt, owner: str) -> str | None:
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return attribute_of(statement.targets[0], owner)
    return attribute_of(statement.target, owner) if isinstance(statement, ast.AnnAssign) else None


def _is_base_call(node: ast.AST, owner: str) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr != "__init__"
    ):
        return False
    if _is_super(call.func.value):
        return True
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == owner


def _is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"


def _may_leave(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) for node in _own_nodes(statement))


def _is_barrier(statement: ast.stmt, owner: str, known: Container[str]) -> bool:
    """Whether a statement may end `__init__`, hand out `self`, or run a method that could use the modules."""
    if _may_leave(statement):
        return True
    harmless: set[ast.AST] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute):
            harmless.add(node.value)
        if not isinstance(node, ast.Call):
            continue
        called = attribute_of(node.func, owner)
        if called is not None and called not in known and called not in _REGISTRATIONS:
            return True
        if (
            isinstance(node.func, ast.Attribute)
            and _is_super(node.func.value)
            and node.func.attr != "__init__"
        ):
            return True
        if isinstance(node.func, ast.Name) and node.func.id in _HARMLESS_ON_SELF:
            harmless.update(node.args)
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == owner)
    return any(name not in harmless for name in names)


def _own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement without those of functions and classes inside it."""
    yield statement
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    for child in ast.iter_child_nodes(statement):
        yield from _own_nodes(child)


def _new(text: Text, shape: ClassShape, names: ModuleNames) -> NewInitializer | Refusal:
    node = shape.node
    method = shape.first_method()
    if method is None:
        return Refusal("the class has neither an __init__ nor a method: write the __init__ by hand")
    if _GENERATED_INITIALIZERS & set(map(_decorator_name, node.decorator_list)):
        return Refusal("its __init__ is generated by a decorator: build the module in __post_init__ by hand")
    line = line_above_comments(text, first_line_of(method))
    member = indentation_of(text, first_line_of(method))
    inside = first_line_of(method.body[0])
    body = indentation_of(text, inside) if inside > method.lineno - 1 else ""
    if len(body) <= len(member):
        body = member + ("\t" if "\t" in member else "    ")
    plain = len(node.bases) == 1 and not node.keywords and _is_plain_module(node.bases[0], names)
    return NewInitializer(
        text=text,
        self_name="self",
        place=Position(line, 0),
        member_indentation=member,
        body_indentation=body,
        plain=plain,
    )


def _is_plain_module(base: ast.expr, names: ModuleNames) -> bool:
    return canonical_name(names.full_name(base) or "") == "torch.nn.Module"


def _decorator_name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )
