"""What a file declares: its top-level names, its classes and functions, without looking into their bodies."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from torchready.syntax import Piece, Syntax, WordsAmong
from torchready.syntax.statements import blocks_of, flat_statements, last_name
from torchready.workspace.imports import module_name, package_root

DEFINED = re.compile(r"^(?:(class)|(?:async[ \t]+)?def)[ \t]+(\w+)", re.MULTILINE)
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


class SourceFile:
    """One file at one moment: what its pieces declare at the top level."""

    def __init__(self, path: Path, syntax: Syntax, previous: SourceFile | None = None) -> None:
        self.path = path
        self.syntax = syntax
        self.root = previous.root if previous is not None else package_root(path)
        self.module = previous.module if previous is not None else module_name(path, self.root)
        self._declared: dict[Piece, tuple[tuple[Piece, ...], _Declared]] = {}
        self.scope: dict[str, tuple[Binding, ...]] = {}
        # What another binding of the same name stands behind.
        self._shadowed: dict[str, tuple[Binding, ...]] = {}
        self.stars: tuple[StarImport, ...] = ()
        self.class_words: frozenset[str] | None = None
        self._words_among = previous._words_among if previous is not None else WordsAmong(frozenset())
        self._names_of_classes = previous._names_of_classes if previous is not None else self._words_among
        self._users: dict[str, list[SourceClass]] | None = None
        self._classes: dict[Piece, tuple[SourceClass, ...]] = {}
        self._all_classes: tuple[SourceClass, ...] | None = None
        self._build(previous._declared if previous is not None else {})
        if previous is not None:
            self._keep_classes(previous)

    def _build(self, known: dict[Piece, tuple[tuple[Piece, ...], _Declared]]) -> None:
        scope: dict[str, tuple[Binding, ...]] = {}
        shadowed: dict[str, tuple[Binding, ...]] = {}
        stars: list[StarImport] = []
        for piece, members in _with_members(self.syntax.pieces):
            entry = known.get(piece)
            if entry is None or entry[0] != members:
                entry = (members, self._declare(piece, members))
            self._declared[piece] = entry
            for name, binding, conditional in entry[1]:
                if isinstance(binding, StarImport):
                    stars.append(binding)
                elif conditional and name in scope:
                    scope[name] = (*scope[name], binding)
                else:
                    if name in scope:
                        shadowed[name] = (*shadowed.get(name, ()), *scope[name])
                    scope[name] = (binding,)
        self.scope = scope
        self._shadowed = shadowed
        self.stars = tuple(stars)

    def _keep_classes(self, previous: SourceFile) -> None:
        for piece, found in previous._classes.items():
            if self._declared.get(piece) is previous._declared.get(piece):
                self._classes[piece] = found

    def _declare(self, piece: Piece, members: tuple[Piece, ...]) -> _Declared:
        defined = DEFINED.search(piece.text) if piece.opens_class or _starts_definition(piece.text) else None
        if defined is not None and defined.group(1) and piece.opens_class:
            name = defined.group(2)
            return ((name, SourceClass(self.path, piece, members, name), False),)
        return tuple(self._bindings(piece, piece.statements(), conditional=False))

    def _bindings(
        self, piece: Piece, statements: Sequence[ast.stmt], *, conditional: bool
    ) -> Iterator[tuple[str, Binding, bool]]:
        for node in statements:
            match node:
                case ast.Import():
                    for alias in node.names:
                        module = alias.name if alias.asname else alias.name.partition(".")[0]
                        yield alias.asname or module, ImportedModule(module), conditional
                case ast.ImportFrom():
                    module = self.absolute_module(node.module, node.level)
                    for alias in node.names:
                        if alias.name == "*":
                            yield "*", StarImport(module), conditional
                        else:
                            yield alias.asname or alias.name, ImportedName(module, alias.name), conditional
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield node.name, SourceFunction.of(self.path, piece, node, None, node.name), conditional
                case ast.ClassDef():
                    yield node.name, SourceClass(self.path, piece, (), node.name, node), conditional
                case _:
                    yield from self._assignments(piece, node, conditional)
                    for_types = isinstance(node, ast.If) and last_name(node.test) == "TYPE_CHECKING"
                    for block in blocks_of(node):
                        for found in self._bindings(piece, block, conditional=True):
                            # Packages that load lazily list whole libraries here: nothing runs through it.
                            if not (for_types and isinstance(found[1], StarImport)):
                                yield found

    def _assignments(
        self, piece: Piece, node: ast.stmt, conditional: bool
    ) -> Iterator[tuple[str, Binding, bool]]:
        if isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id, Assigned(node.value, piece), conditional
        if not isinstance(node, ast.Assign):
            return
        for target in node.targets:
            if isinstance(target, ast.Name):
                yield target.id, Assigned(node.value, piece), conditional
            elif isinstance(target, (ast.Tuple, ast.List)):
                for index, element in enumerate(target.elts):
                    if isinstance(element, ast.Name):
                        yield element.id, Assigned(node.value, piece, index), conditional

    def absolute_module(self, module: str | None, level: int) -> str:
        """The full dotted name of what a `from` import names."""
        if level == 0:
            return module or ""
        parts = self.module.split(".")
        is_package = self.path.name == "__init__.py"
        keep = len(parts) - level + (1 if is_package else 0)
        return ".".join([*parts[: max(keep, 0)], *([module] if module else [])])

    def words_among(self, wanted: Set[str]) -> WordsAmong:
        """Which of some words stand in which piece; remembered as long as it is asked for the same words."""
        self._words_among = self._among(self._words_among, wanted)
        return self._words_among

    def _among(self, known: WordsAmong, wanted: Set[str]) -> WordsAmong:
        if known.wanted != wanted or known.is_larger_than(2 * len(self.syntax.pieces)):
            return WordsAmong(frozenset(wanted))
        return known

    def classes_that_name(self, name: str) -> Sequence[SourceClass]:
        """The classes in whose members the name of a class of this file stands."""
        if self._users is None:
            names = {source.name for source in self.classes()}
            among = self._names_of_classes = self._among(self._names_of_classes, names)
            self._users = {}
            for source in self.classes():
                for word in {word for piece in source.members for word in among.of(piece)}:
                    self._users.setdefault(word, []).append(source)
        return self._users.get(name, ())

    def classes(self) -> tuple[SourceClass, ...]:
        """All classes outside of functions, nested ones after the class that holds them."""
        if self._all_classes is None:
            pieces = self._declared.items()
            self._all_classes = tuple(
                one for piece, (_, declared) in pieces for one in self._classes_of(piece, declared)
            )
        return self._all_classes

    def _classes_of(self, piece: Piece, declared: _Declared) -> tuple[SourceClass, ...]:
        found = self._classes.get(piece)
        if found is None:
            # What is remembered of a class goes by the object, so it must stay the same one.
            found = self._classes[piece] = tuple(_classes_in(declared))
        return found

    def functions(self) -> Iterator[SourceFunction]:
        """All top-level functions."""
        for _, declared in self._declared.values():
            for _, binding, _ in declared:
                if isinstance(binding, SourceFunction):
                    yield binding

    def changed_names(self, before: SourceFile) -> frozenset[str]:
        """The names (see `Read`) that mean something else than before."""
        names: set[str] = set()
        for name, bindings in self.scope.items():
            known = before.scope.get(name)
            if known is None or known != bindings:
                names.add(name)
                names.update(_every_member((*bindings, *(known or ()))))
            elif known is not bindings:
                for old, new in zip(known, bindings, strict=True):
                    if isinstance(old, SourceClass) and isinstance(new, SourceClass) and old is not new:
                        names |= _changed_members(old, new)
        for name, known in before.scope.items():
            if name not in self.scope:
                names.add(name)
                names.update(_every_member(known))
        if self.stars != before.stars:
            names.add("*")
        # Of two classes of one name the first one is looked at as well.
        for name in self._shadowed.keys() | before._shadowed.keys():
            old, new = before._shadowed.get(name, ()), self._shadowed.get(name, ())
            if len(old) != len(new) or any(one is not other for one, other in zip(old, new, strict=True)):
                names.update((name, *_every_member((*old, *new))))
        return frozenset(names)


_Declared: TypeAlias = tuple[tuple[str, Binding, bool], ...]


def every_name(file: SourceFile) -> Iterator[str]:
    """All names (see `Read`) under which a fact may have been read from a file."""
    for name, bindings in file.scope.items():
        yield name
        yield from _every_member(bindings)


def _every_member(bindings: Iterable[Binding]) -> Iterator[str]:
    for binding in bindings:
        if isinstance(binding, SourceClass) and binding.is_split:
            for piece in binding.members:
                definition = piece.definition()
                if definition is not None:
                    yield f"{binding.qualified_name}.{definition.name}"


def _changed_members(before: SourceClass, after: SourceClass) -> set[str]:
    old, new = set(before.members), set(after.members)
    gone = [_member_name(piece) for piece in before.members if piece not in new]
    come = [_member_name(piece) for piece in after.members if piece not in old]
    if gone == come and None not in gone:
        return {f"{after.qualified_name}.{name[0]}" for name in gone if name is not None}
    return {after.qualified_name, *_every_member((before, after))}


def _member_name(piece: Piece) -> tuple[str, frozenset[str]] | None:
    definition = piece.definition()
    if definition is None:
        return None
    return definition.name, frozenset(last_name(decorator) for decorator in definition.decorator_list)


def _starts_definition(text: str) -> bool:
    return text.startswith(("def ", "async ", "@", "class "))


def _with_members(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, tuple[Piece, ...]]]:
    index = 0
    while index < len(pieces):
        end = index + 1
        while end < len(pieces) and pieces[end].is_member:
            end += 1
        yield pieces[index], tuple(pieces[index + 1 : end])
        index = end


def _classes_in(declared: _Declared) -> Iterator[SourceClass]:
    for _, binding, _ in declared:
        if isinstance(binding, SourceClass):
            yield binding
            yield from _all_nested(binding)
        elif isinstance(binding, SourceFunction) and "class" in binding.piece.identifiers():
            yield from _inside_function(binding)


def _inside_function(function: SourceFunction) -> Iterator[SourceClass]:
    for node in ast.walk(function.node):
        if isinstance(node, ast.ClassDef):
            yield SourceClass(
                function.path, function.piece, (), f"{function.qualified_name}.{node.name}", node
            )


def _all_nested(source: SourceClass) -> Iterator[SourceClass]:
    # Most classes hold no other, and looking would parse every member. Where the header is only that, it says
    # `class` for its own.
    pieces = source.members if source.is_split else (*source.members, source.header)
    if not any("class" in piece.identifiers() for piece in pieces):
        return
    for nested in source.nested_classes():
        yield nested
        yield from _all_nested(nested)
