"""What an edit must know of a class before it adds to it: its methods and every name it uses on itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torchready.fixes.names import bound_names
from torchready.fixes.sites import Function, attribute_of, self_name
from torchready.fixes.walking import every_node

_NAMED_ACCESS = {"getattr", "setattr", "hasattr", "delattr"}
_REGISTRATIONS = {"register_buffer", "register_parameter", "register_module", "add_module"}
_POSITIONAL_WALKS = {"children", "named_children", "_modules"}
_WALKS = {"modules", "named_modules"}


@dataclass(frozen=True, slots=True)
class Store:
    """One place that binds an attribute of the instance. `statement` is None if it is no assignment."""

    function: Function
    target: ast.AST
    statement: ast.Assign | ast.AnnAssign | None


@dataclass(frozen=True, slots=True)
class ClassShape:
    """A class as written, without its bases.

    - `names`: everything the class body binds and every attribute of `self` that any method mentions.
    - `computed_names`: patterns of attribute names that are put together at run time.
    - `any_name`: an attribute may be set under a name the code does not show.
    - `positional_walk`: the code goes through its own children by position or name.
    - `tested_classes`: classes that a walk over `self.modules()` treats apart, by their last name.
    """

    node: ast.ClassDef
    methods: dict[str, list[Function]]
    class_values: dict[str, list[ast.expr | None]]
    names: frozenset[str]
    stores: dict[str, list[Store]]
    computed_names: tuple[re.Pattern[str], ...]
    any_name: bool
    positional_walk: bool
    tested_classes: frozenset[str]

    @classmethod
    def of(cls, node: ast.ClassDef) -> ClassShape:
        methods: dict[str, list[Function]] = {}
        for member in node.body:
            if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
                methods.setdefault(member.name, []).append(member)
        reader = _MethodReader()
        for function in _functions_of(node):
            reader.read(function)
        values = _class_values(node)
        return cls(
            node=node,
            methods=methods,
            class_values=values,
            names=frozenset(reader.names | set(bound_names(node.body)) | values.keys()),
            stores=reader.stores,
            computed_names=tuple(reader.computed),
            any_name=reader.any_name,
            positional_walk=reader.positional_walk,
            tested_classes=frozenset(reader.tested_classes),
        )

    def initializer(self) -> Function | None:
        found = self.methods.get("__init__", [])
        return found[-1] if found else None

    def first_method(self) -> Function | None:
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        return next((member for member in self.node.body if isinstance(member, functions)), None)


class _MethodReader:
    def __init__(self) -> None:
        self.names: set[str] = set()
        self.stores: dict[str, list[Store]] = {}
        self.computed: list[re.Pattern[str]] = []
        self.any_name = False
        self.positional_walk = False
        self.tested_classes: set[str] = set()

    def read(self, function: Function) -> None:
        owner = self_name(function)
        if owner is None:
            return
        nodes = every_node(function)
        statements = _statements_by_target(nodes)
        looped = _walks_in_loops(nodes)
        for node in nodes:
            name = attribute_of(node, owner)
            if name is not None:
                self._read_attribute(node, name, function, statements)
                self.positional_walk |= name in _WALKS and node not in looped
            elif isinstance(node, ast.Call):
                self._read_call(node, owner)
            elif isinstance(node, ast.For | ast.comprehension):
                self._read_walk(node, owner, function)

    def _read_attribute(
        self,
        node: ast.AST,
        name: str,
        function: Function,
        statements: dict[ast.AST, ast.Assign | ast.AnnAssign],
    ) -> None:
        self.names.add(name)
        if name in _POSITIONAL_WALKS:
            self.positional_walk = True
        if name == "__dict__":
            self.any_name = True
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            self.stores.setdefault(name, []).append(Store(function, node, statements.get(node)))

    def _read_call(self, call: ast.Call, owner: str) -> None:
        if isinstance(call.func, ast.Name) and call.func.id in _NAMED_ACCESS and _starts_with(call, owner):
            self._read_name(call.args[1:2], sets=call.func.id in ("setattr", "delattr"), call=call)
        elif attribute_of(call.func, owner) in _REGISTRATIONS:
            keywords = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
            self._read_name([*call.args[:1], *keywords], sets=True, call=call)
        elif isinstance(call.func, ast.Name) and call.func.id == "vars" and _starts_with(call, owner):
            self.any_name = True

    def _read_name(self, found: list[ast.expr], *, sets: bool, call: ast.Call) -> None:
        argument = found[0] if found else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            self.names.add(argument.value)
            if sets:
                self.stores.setdefault(argument.value, []).append(Store(_NOWHERE, call, None))
        elif argument is not None and (pattern := _pattern_of(argument)):
            self.computed.append(pattern)
        elif sets:
            self.any_name = True

    def _read_walk(self, loop: ast.For | ast.comprehension, owner: str, function: Function) -> None:
        walked = loop.iter.func if isinstance(loop.iter, ast.Call) else None
        if walked is None or attribute_of(walked, owner) not in _WALKS:
            return
        where = loop if isinstance(loop, ast.For) else function
        tested = [node for node in ast.walk(where) if isinstance(node, ast.Call) and _is_isinstance(node)]
        if not tested:
            self.positional_walk = True
        for test in tested:
            self.tested_classes.update(_last_names(test.args[1]))


_NOWHERE = ast.FunctionDef(
    name="", args=ast.arguments([], [], None, [], [], None, []), body=[], decorator_list=[]
)


def _functions_of(node: ast.ClassDef) -> Iterator[Function]:
    """The functions of a class body, those under an `if` too, but not those of classes inside it."""
    pending: list[ast.AST] = list(node.body)
    while pending:
        member = pending.pop()
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            yield member
        elif not isinstance(member, ast.ClassDef):
            pending.extend(ast.iter_child_nodes(member))


def _class_values(node: ast.ClassDef) -> dict[str, list[ast.expr | None]]:
    values: dict[str, list[ast.expr | None]] = {}
    for member in node.body:
        if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
            values.setdefault(member.target.id, []).append(member.value)
        elif (
            isinstance(member, ast.Assign)
            and len(member.targets) == 1
            and isinstance(member.targets[0], ast.Name)
        ):
            values.setdefault(member.targets[0].id, []).append(member.value)
        else:
            for name in bound_names([member]):
                values.setdefault(name, []).append(None)
    return values


def _statements_by_target(nodes: Iterable[ast.AST]) -> dict[ast.AST, ast.Assign | ast.AnnAssign]:
    found: dict[ast.AST, ast.Assign | ast.AnnAssign] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            found[node.targets[0]] = node
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            found[node.target] = node
    return found


def _walks_in_loops(nodes: Iterable[ast.AST]) -> set[ast.AST]:
    loops = (node for node in nodes if isinstance(node, ast.For | ast.comprehension))
    return {loop.iter.func for loop in loops if isinstance(loop.iter, ast.Call)}


def _starts_with(call: ast.Call, owner: str) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == owner


def _pattern_of(argument: ast.expr) -> re.Pattern[str] | None:
    """A pattern for the values of an f-string or of `"relu" + str(i)`; None when nothing of it is known."""
    if isinstance(argument, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in argument.values
        ]
        return re.compile("".join(parts)) if any(part != ".*" for part in parts) else None
    if isinstance(argument, ast.BinOp) and isinstance(argument.left, ast.Constant):
        left = argument.left.value
        if isinstance(argument.op, ast.Add) and isinstance(left, str):
            return re.compile(re.escape(left) + ".*")
        if isinstance(argument.op, ast.Mod) and isinstance(left, str):
            return re.compile(".*".join(map(re.escape, re.split(r"%[-\d.]*[a-z]", left))))
    if (
        isinstance(argument, ast.Call)
        and isinstance(argument.func, ast.Attribute)
        and argument.func.attr == "format"
    ):
        template = argument.func.value
        if isinstance(template, ast.Constant) and isinstance(template.value, str):
            return re.compile(".*".join(map(re.escape, re.split(r"\{[^}]*\}", template.value))))
    return None


def _is_isinstance(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "isinstance" and len(call.args) == 2


def _last_names(expression: ast.AST) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
