"""How a file spells the names it imports, and the import it lacks.

Only bindings that hold for the whole life of the module count: a name that anything else in the module
binds too is not usable, nor is one imported for type checkers only.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from torchready.finding import Edit, Position
from torchready.fixes.places import end_of, first_line_of, insertion
from torchready.text import Text


@dataclass(frozen=True, slots=True)
class Spelling:
    """How to write a name in this file, and the import that must be added for it, if any."""

    expression: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """What a module's scope offers.

    `imports` maps a local name to the full name it stands for. `constants` holds the names that are assigned
    once, at the top level, and nowhere else. `bound` are all names the module binds.
    `import_place` is None where the module imports torch under a condition only.
    """

    imports: dict[str, str]
    star_imports: tuple[str, ...]
    constants: dict[str, ast.expr]
    bound: frozenset[str]
    import_place: Position | None
    newline: str
    at_end: bool

    @classmethod
    def from_tree(cls, tree: ast.Module | Sequence[ast.stmt], text: Text) -> ModuleNames:
        """Read a module. Positions of its statements must refer to `text`."""
        body = tree.body if isinstance(tree, ast.Module) else list(tree)
        scope = _ModuleScope()
        scope.read(body, certain=True)
        # Looking for the statement is slow in a large module, and most have none.
        rebound = scope.rebound | (_declared_global(body) if "global " in text.content else set[str]())
        place, at_end = _import_place(body, text)
        return cls(
            imports={name: full for name, full in scope.imports.items() if name not in rebound},
            star_imports=tuple(scope.star_imports),
            constants={name: value for name, value in scope.constants.items() if name not in rebound},
            bound=frozenset(scope.bound | rebound),
            import_place=place,
            newline=text.newline(),
            at_end=at_end,
        )

    def full_name(self, expression: ast.expr) -> str | None:
        """What an expression of dotted names stands for, as far as imports tell."""
        if isinstance(expression, ast.Name):
            return self.imports.get(expression.id)
        if isinstance(expression, ast.Attribute):
            owner = self.full_name(expression.value)
            return f"{owner}.{expression.attr}" if owner else None
        return None

    def spelling_of(self, full_name: str, shadowed: Container[str] = ()) -> Spelling | None:
        """The way to write `torch.nn.ReLU` here; None when every way is taken by another name."""
        module, _, name = full_name.rpartition(".")
        for local, full in self.imports.items():
            if full == module and local not in shadowed:
                return Spelling(f"{local}.{name}")
        for local, full in self.imports.items():
            if full == full_name and local not in shadowed:
                return Spelling(local)
        if module.startswith("torch."):
            for local, full in self.imports.items():
                # `import torch` loads torch.nn too; no other package promises that for its parts.
                if full == "torch" and local not in shadowed:
                    return Spelling(f"{local}.{module.removeprefix('torch.')}.{name}")
        if self.star_imports[-1:] == (module,) and name not in shadowed and name not in self.bound:
            return Spelling(name)
        return self._spelling_with_import(module, name, shadowed)

    def _spelling_with_import(self, module: str, name: str, shadowed: Container[str]) -> Spelling | None:
        if self.import_place is None:
            return None
        package, _, last = module.rpartition(".")
        if package and self._is_free(last, shadowed):
            return Spelling(
                f"{last}.{name}", (self._import_edit(self.import_place, f"from {package} import {last}"),)
            )
        if self._is_free(name, shadowed):
            return Spelling(name, (self._import_edit(self.import_place, f"from {module} import {name}"),))
        return None

    def _is_free(self, name: str, shadowed: Container[str]) -> bool:
        return name not in self.bound and name not in shadowed

    def _import_edit(self, place: Position, statement: str) -> Edit:
        content = f"{self.newline}{statement}" if self.at_end else f"{statement}{self.newline}"
        return insertion(place, content)


class _ModuleScope:
    """Collects the bindings of a module's statements, without those inside functions and classes."""

    def __init__(self) -> None:
        self.imports: dict[str, str] = {}
        self.star_imports: list[str] = []
        self.constants: dict[str, ast.expr] = {}
        self.bound: set[str] = set()
        self.rebound: set[str] = set()

    def read(self, statements: Iterable[ast.stmt], *, certain: bool, fallback: bool = False) -> None:
        for statement in statements:
            self._read_statement(statement, certain=certain, fallback=fallback)

    def _read_statement(self, statement: ast.stmt, *, certain: bool, fallback: bool) -> None:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                full = alias.name if alias.asname else alias.name.partition(".")[0]
                self._bind_import(alias.asname or full, full)
        elif isinstance(statement, ast.ImportFrom):
            self._read_import_from(statement)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._bind(statement.name)
        elif isinstance(statement, ast.If) and _is_type_checking(statement.test):
            self._bind_all(bound_names(statement.body))
            self.read(statement.orelse, certain=False)
        elif isinstance(statement, ast.Assign) and certain and _single_name(statement):
            self._bind_constant(_single_name(statement) or "", statement.value)
        elif (
            isinstance(statement, ast.AnnAssign)
            and statement.value
            and isinstance(statement.target, ast.Name)
        ):
            self._bind_constant(statement.target.id, statement.value if certain else None)
        elif not fallback or not isinstance(statement, ast.Assign):
            self._read_compound(statement)

    def _read_compound(self, statement: ast.stmt) -> None:
        self._bind_all(bound_names([statement], deep=False))
        for field in ("body", "orelse", "finalbody"):
            self.read(getattr(statement, field, []), certain=False)
        for handler in getattr(statement, "handlers", []):
            # `except ImportError: nn = None`: where that ran, no class could derive from nn.Module.
            self.read(handler.body, certain=False, fallback=True)
        for case in getattr(statement, "cases", []):
            self.read(case.body, certain=False)

    def _read_import_from(self, statement: ast.ImportFrom) -> None:
        module = "." * statement.level + (statement.module or "")
        for alias in statement.names:
            if alias.name == "*":
                self.star_imports.append(module)
                continue
            joint = "" if module.endswith(".") else "."
            self._bind_import(alias.asname or alias.name, f"{module}{joint}{alias.name}")

    def _bind_import(self, name: str, full: str) -> None:
        if self.imports.get(name, full) != full or (name in self.bound and name not in self.imports):
            self.rebound.add(name)
        self.imports[name] = full
        self.bound.add(name)

    def _bind_constant(self, name: str, value: ast.expr | None) -> None:
        self._bind(name)
        if value is not None:
            self.constants[name] = value

    def _bind(self, name: str) -> None:
        if name in self.bound:
            self.rebound.add(name)
        self.bound.add(name)

    def _bind_all(self, names: Iterable[str]) -> None:
        for name in names:
            self._bind(name)


def bound_names(statements: Iterable[ast.AST], *, deep: bool = True) -> Iterator[str]:
    """Names that statements bind in their own scope; without `deep`, not those of blocks in them."""
    for node in _own_scope(statements, deep=deep):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def local_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Parameters and all names bound anywhere inside a function."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    variadic = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return frozenset([argument.arg for argument in (*plain, *variadic)]) | frozenset(
        bound_names(function.body)
    )


def _own_scope(nodes: Iterable[ast.AST], *, deep: bool) -> Iterator[ast.AST]:
    for node in nodes:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        children = (child for child in ast.iter_child_nodes(node) if deep or not isinstance(child, _BLOCKS))
        yield from _own_scope(children, deep=deep)


_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _declared_global(body: Iterable[ast.stmt]) -> set[str]:
    functions = (node for node in body if not isinstance(node, ast.Import | ast.ImportFrom))
    declared = (inner for node in functions for inner in ast.walk(node) if isinstance(inner, ast.Global))
    return {name for statement in declared for name in statement.names}


def _single_name(statement: ast.Assign) -> str | None:
    target = statement.targets[0]
    return target.id if len(statement.targets) == 1 and isinstance(target, ast.Name) else None


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"


def _import_place(body: Sequence[ast.stmt], text: Text) -> tuple[Position | None, bool]:
    """Where a new import goes: after the last torch import, else after the last import, at the top level.

    Also whether that is the end of a text without a final line ending.
    """
    imports = [node for node in body if isinstance(node, ast.Import | ast.ImportFrom)]
    torch_imports = [node for node in imports if _imports_torch(node)]
    if not torch_imports and _imports_torch_somewhere(body):
        return None, False
    after = (torch_imports or imports)[-1:]
    if after:
        return _start_of_next_line(text, after[0])
    if body and _is_docstring(body[0]):
        return _start_of_next_line(text, body[0])
    return Position(first_line_of(body[0]) if body else 0, 0), False


def _start_of_next_line(text: Text, statement: ast.stmt) -> tuple[Position, bool]:
    line = end_of(text, statement).line
    while text.line(line).endswith("\\"):
        line += 1
    if line + 1 < text.line_count:
        return Position(line + 1, 0), False
    return Position(line, len(text.line(line))), True


def _imports_torch(node: ast.Import | ast.ImportFrom) -> bool:
    modules = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    )
    level = node.level if isinstance(node, ast.ImportFrom) else 0
    return not level and any(module.partition(".")[0] == "torch" for module in modules)


def _imports_torch_somewhere(body: Iterable[ast.stmt]) -> bool:
    inner = (node for statement in body for node in ast.walk(statement))
    return any(isinstance(node, ast.Import | ast.ImportFrom) and _imports_torch(node) for node in inner)


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
