"""What a file declares at its top level, and the same after an edit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import TypeAlias, TypeVar

from torchready.facts.declarations import (
    Assigned,
    Binding,
    ImportedModule,
    ImportedName,
    SourceClass,
    SourceFunction,
    StarImport,
)
from torchready.syntax import Piece, Syntax, WordsAmong
from torchready.syntax.statements import blocks_of, last_name
from torchready.workspace.imports import import_roots, module_name

DEFINED = re.compile(r"^(?:(class)|(?:async[ \t]+)?def)[ \t]+(\w+)", re.MULTILINE)

T = TypeVar("T")


class SourceFile:
    """One file at one moment: what its pieces declare at the top level."""

    def __init__(self, path: Path, syntax: Syntax, previous: SourceFile | None = None) -> None:
        self.path = path
        self.syntax = syntax
        self.import_roots = previous.import_roots if previous is not None else import_roots(path)
        self.root = self.import_roots[-1]
        self.module = previous.module if previous is not None else module_name(path, self.root)
        self._declared: dict[Piece, _Entry] = {}
        self.scope: dict[str, tuple[Binding, ...]] = {}
        # What another binding of the same name stands behind.
        self.shadowed: dict[str, tuple[Binding, ...]] = {}
        self.stars: tuple[StarImport, ...] = ()
        # Classes before and after an edit that changed nothing but members of theirs; None after any other edit.
        self.changed_classes: tuple[tuple[SourceClass, SourceClass], ...] | None = None
        self.class_words: frozenset[str] | None = None
        self._words_among = previous._words_among if previous is not None else WordsAmong(frozenset())
        self._names_of_classes = previous._names_of_classes if previous is not None else self._words_among
        self._users: dict[str, tuple[SourceClass, ...]] | None = None
        self._classes: dict[Piece, tuple[SourceClass, ...]] = {}
        self._all_classes: tuple[SourceClass, ...] | None = None
        self._functions: tuple[SourceFunction, ...] | None = None
        self._definitions: dict[str, tuple[Piece, ...]] | None = None
        if previous is None or not self._declare_changed_member(previous):
            self._declare_all(previous._declared if previous is not None else {})
        if previous is not None and self.changed_classes is not None:
            self._take_over(previous, self.changed_classes)
            return
        self._read_scope()
        if previous is not None:
            self._keep_classes(previous)

    def _declare_changed_member(self, previous: SourceFile) -> bool:
        """Take over everything but a class of which one member is another one; False where more changed."""
        before, after = previous.syntax.pieces, self.syntax.pieces
        if len(before) != len(after):
            return False
        differing = [index for index, piece in enumerate(after) if piece is not before[index]]
        if len(differing) != 1 or not (before[differing[0]].is_member and after[differing[0]].is_member):
            return False
        index = header = differing[0]
        while after[header].is_member and header > 0:
            header -= 1
        known = previous._declared[after[header]]
        members = tuple(after[header + 1 : header + 1 + len(known[0])])
        entry = (members, self._declare(after[header], members))
        pair = _split_classes(known, entry)
        if pair is None or index > header + len(members):
            return False
        self._declared = {**previous._declared, after[header]: entry}
        self.changed_classes = (pair,)
        return True

    def _declare_all(self, known: dict[Piece, _Entry]) -> None:
        changed: list[tuple[SourceClass, SourceClass]] = []
        is_other = not known
        for piece, members in _with_members(self.syntax.pieces):
            entry = before = known.get(piece)
            if entry is None or entry[0] != members:
                entry = (members, self._declare(piece, members))
                pair = _split_classes(before, entry) if before is not None else None
                is_other = is_other or pair is None
                if pair is not None:
                    changed.append(pair)
            self._declared[piece] = entry
        if not is_other and list(known) == list(self._declared):
            self.changed_classes = tuple(changed)

    def _take_over(self, previous: SourceFile, changed: Sequence[tuple[SourceClass, SourceClass]]) -> None:
        """Everything but the classes with other members is as it was."""
        self.stars = previous.stars
        self.scope, self.shadowed = dict(previous.scope), previous.shadowed
        self._classes = dict(previous._classes)
        self._functions, self._definitions = previous._functions, previous._definitions
        self._all_classes, self._users = previous._all_classes, previous._users
        for before, after in changed:
            name = after.qualified_name
            self.scope[name] = _with_other(self.scope[name], before, after)
            if name in self.shadowed:
                self.shadowed = {**self.shadowed, name: _with_other(self.shadowed[name], before, after)}
            self._take_over_class(before, after)

    def _take_over_class(self, before: SourceClass, after: SourceClass) -> None:
        known = self._classes.pop(after.header, ())
        if self._all_classes is None or known != (before,) or any(_all_nested(after)):
            self._all_classes = self._users = None
            return
        self._classes[after.header] = (after,)
        self._all_classes = _with_other(self._all_classes, before, after)
        if self._users is None:
            return
        words = _words_of_members(before, self._names_of_classes)
        if words != _words_of_members(after, self._names_of_classes):
            self._users = None
            return
        changed = {word: _with_other(self._users[word], before, after) for word in words}
        self._users = {**self._users, **changed}

    def _read_scope(self) -> None:
        scope: dict[str, tuple[Binding, ...]] = {}
        shadowed: dict[str, tuple[Binding, ...]] = {}
        stars: list[StarImport] = []
        for _, declared in self._declared.values():
            for name, binding, conditional in declared:
                if isinstance(binding, StarImport):
                    stars.append(binding)
                elif conditional and name in scope:
                    scope[name] = (*scope[name], binding)
                else:
                    if name in scope:
                        shadowed[name] = (*shadowed.get(name, ()), *scope[name])
                    scope[name] = (binding,)
        self.scope = scope
        self.shadowed = shadowed
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
            users: dict[str, list[SourceClass]] = {}
            for source in self.classes():
                for word in _words_of_members(source, among):
                    users.setdefault(word, []).append(source)
            self._users = {word: tuple(found) for word, found in users.items()}
        return self._users.get(name, ())

    def classes(self) -> tuple[SourceClass, ...]:
        """All classes outside of functions, nested ones after the class that holds them."""
        if self._all_classes is None:
            known = self._classes
            for piece, (_, declared) in self._declared.items():
                if piece not in known:
                    # What is remembered of a class goes by the object, so it must stay the same one.
                    known[piece] = tuple(_classes_in(declared))
            self._all_classes = tuple(one for piece in self._declared for one in known[piece])
        return self._all_classes

    def functions(self) -> tuple[SourceFunction, ...]:
        """All top-level functions."""
        if self._functions is None:
            self._functions = tuple(
                binding
                for _, declared in self._declared.values()
                for _, binding, _ in declared
                if isinstance(binding, SourceFunction)
            )
        return self._functions

    def definitions(self) -> Mapping[str, Sequence[Piece]]:
        """The pieces behind each top-level name that is no class of modules: those run through their own entries."""
        if self._definitions is None:
            found: dict[str, list[Piece]] = {}
            for name, bindings in self.scope.items():
                for binding in bindings:
                    if isinstance(binding, (SourceFunction, Assigned)):
                        found.setdefault(name, []).append(binding.piece)
                    elif isinstance(binding, SourceClass) and binding.header.has_identifier("Function"):
                        found.setdefault(name, []).extend(binding.members)
            self._definitions = {name: tuple(pieces) for name, pieces in found.items()}
        return self._definitions


_Declared: TypeAlias = tuple[tuple[str, Binding, bool], ...]
_Entry: TypeAlias = tuple[tuple[Piece, ...], _Declared]


def _split_classes(before: _Entry, after: _Entry) -> tuple[SourceClass, SourceClass] | None:
    """The class that a piece opens with the members it had and those it has, if that is all that it declares."""
    match before[1], after[1]:
        case ((_, SourceClass(is_split=True) as old, _),), ((_, SourceClass(is_split=True) as new, _),):
            # Members of the others are among the definitions.
            return None if old.header.has_identifier("Function") else (old, new)
        case _:
            return None


def _with_other(found: tuple[T, ...], before: T, after: T) -> tuple[T, ...]:
    return tuple(after if one is before else one for one in found)


def _words_of_members(source: SourceClass, among: WordsAmong) -> frozenset[str]:
    return frozenset(word for piece in source.members for word in among.of(piece))


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
        elif isinstance(binding, SourceFunction) and binding.piece.has_identifier("class"):
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
    if not any(piece.has_identifier("class") for piece in pieces):
        return
    for nested in source.nested_classes():
        yield nested
        yield from _all_nested(nested)
