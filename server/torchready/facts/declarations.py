"""What can be declared: names, classes and functions, without looking into their bodies."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from torchready.syntax import Piece
from torchready.syntax.statements import flat_statements, last_name

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class ImportedModule:
    """`import a.b as c` (all of it) or `import a.b` (only `a`)."""

    module: str


@dataclass(frozen=True, slots=True)
class ImportedName:
    module: str
    name: str


@dataclass(frozen=True, slots=True)
class StarImport:
    module: str


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A name bound to an expression; `part` is its index when it was unpacked from a sequence."""

    expression: ast.expr
    piece: Piece
    part: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SourceFunction:
    """A function or method. `owner` is its class.

    `inner` is its node when it stands inside of a larger statement; a function that is all of its piece does
    not hold on to its tree.
    """

    path: Path
    piece: Piece
    owner: SourceClass | None
    qualified_name: str
    inner: FunctionNode | None = None

    @classmethod
    def of(
        cls, path: Path, piece: Piece, node: FunctionNode, owner: SourceClass | None, qualified_name: str
    ) -> SourceFunction:
        return cls(path, piece, owner, qualified_name, None if piece.definition() is node else node)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SourceFunction)
            and self.piece is other.piece
            and self.inner is other.inner
            and self.qualified_name == other.qualified_name
        )

    def __hash__(self) -> int:
        return hash((id(self.piece), id(self.inner)))

    @property
    def node(self) -> FunctionNode:
        if self.inner is not None:
            return self.inner
        node = self.piece.definition()
        assert node is not None, "a piece that was a function stays one"
        return node

    @property
    def read_name(self) -> str:
        """The name under which its body is read: its own for a method with a piece of its own."""
        if self.owner is not None and self.owner.is_split and self.inner is None:
            return self.qualified_name
        return self.top_name

    @property
    def name(self) -> str:
        return self.qualified_name.rpartition(".")[2]

    @property
    def top_name(self) -> str:
        """The top-level name of the file under which this function stands."""
        return self.qualified_name.partition(".")[0]

    def decorator_names(self) -> frozenset[str]:
        """The last part of each decorator's name."""
        return frozenset(last_name(decorator) for decorator in self.node.decorator_list)


@dataclass(frozen=True, slots=True, eq=False)
class SourceClass:
    """A class. Its body is a list of pieces of its own, or part of the piece that holds its header."""

    path: Path
    header: Piece
    members: tuple[Piece, ...]
    qualified_name: str
    inner: ast.ClassDef | None = None
    # Asked for many times with every edit.
    _hash: int = field(init=False, repr=False)
    _functions: dict[str, list[SourceFunction]] = field(
        default_factory=dict[str, "list[SourceFunction]"], repr=False
    )
    _assignments: dict[str, tuple[Piece, ast.expr]] = field(
        default_factory=dict[str, tuple[Piece, ast.expr]], repr=False
    )
    _state: dict[str, bool] = field(default_factory=dict[str, bool], repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((id(self.header), self.qualified_name)))

    def __eq__(self, other: object) -> bool:
        """Equal for one class before and after an edit inside of its body."""
        return (
            isinstance(other, SourceClass)
            and self.header is other.header
            and self.qualified_name == other.qualified_name
            and self.inner is other.inner
        )

    def __hash__(self) -> int:
        return self._hash

    @property
    def is_split(self) -> bool:
        """Whether its members are pieces of their own."""
        return self.inner is None and self.header.opens_class

    @property
    def name(self) -> str:
        return self.qualified_name.rpartition(".")[2]

    @property
    def top_name(self) -> str:
        """The top-level name of the file under which this class stands."""
        return self.qualified_name.partition(".")[0]

    @property
    def node(self) -> ast.ClassDef | None:
        """The class statement, without its body when the body has pieces of its own. None when broken."""
        if self.inner is not None:
            return self.inner
        statements = self.header.statements()
        return next((node for node in statements if isinstance(node, ast.ClassDef)), None)

    def body(self) -> Iterator[tuple[Piece, ast.stmt]]:
        if self.inner is not None:
            for statement in self.inner.body:
                yield self.header, statement
            return
        node = self.node
        if node is not None and not self.header.opens_class:
            for statement in node.body:
                yield self.header, statement
        for piece in self.members:
            stub = piece.definition() if piece.broken is not None else None
            if stub is not None:
                yield piece, stub
            for statement in piece.statements():
                yield piece, statement

    def functions(self) -> dict[str, list[SourceFunction]]:
        """The methods by name; several where a property has a setter or a branch redefines one."""
        self._read_body()
        return self._functions

    def assignments(self) -> dict[str, tuple[Piece, ast.expr]]:
        """What the body of the class assigns to names."""
        self._read_body()
        return self._assignments

    def _read_body(self) -> None:
        if self._state:
            return
        self._state["read"] = True
        for piece, node in flat_statements(self.body()):
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    function = SourceFunction.of(
                        self.path, piece, node, self, f"{self.qualified_name}.{node.name}"
                    )
                    self._functions.setdefault(node.name, []).append(function)
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if isinstance(target, ast.Name):
                            self._assignments[target.id] = (piece, value)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._assignments[name] = (piece, value)
                case _:
                    pass

    def function(self, name: str) -> SourceFunction | None:
        """The method that the name means: the last one, or the getter of a property."""
        found = self.functions().get(name)
        if not found:
            return None
        return next((each for each in found if "property" in each.decorator_names()), found[-1])

    def nested_classes(self) -> Iterator[SourceClass]:
        for piece, node in flat_statements(self.body()):
            if isinstance(node, ast.ClassDef):
                yield SourceClass(self.path, piece, (), f"{self.qualified_name}.{node.name}", node)


Binding: TypeAlias = ImportedModule | ImportedName | StarImport | Assigned | SourceFunction | SourceClass
