"""What an edit changed of a file, in the names (see `Read`) under which facts are read from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from torchready.facts.declarations import Binding, SourceClass
from torchready.facts.source_file import SourceFile
from torchready.syntax import Piece
from torchready.syntax.statements import last_name


def changed_names(before: SourceFile, after: SourceFile) -> frozenset[str]:
    """The names that mean something else than before, where `after` was made from `before`."""
    changed = after.changed_classes
    if changed is not None and all(one.qualified_name not in after.shadowed for one, _ in changed):
        return frozenset[str]().union(*(_changed_members(old, new) for old, new in changed))
    names: set[str] = set()
    for name, bindings in after.scope.items():
        known = before.scope.get(name)
        if known is None or known != bindings:
            names.add(name)
            names.update(_every_member((*bindings, *(known or ()))))
        elif known is not bindings:
            for old, new in zip(known, bindings, strict=True):
                if isinstance(old, SourceClass) and isinstance(new, SourceClass) and old is not new:
                    names |= _changed_members(old, new)
    for name, known in before.scope.items():
        if name not in after.scope:
            names.add(name)
            names.update(_every_member(known))
    if after.stars != before.stars:
        names.add("*")
    # Of two classes of one name the first one is looked at as well.
    for name in after.shadowed.keys() | before.shadowed.keys():
        old, new = before.shadowed.get(name, ()), after.shadowed.get(name, ())
        if len(old) != len(new) or any(one is not other for one, other in zip(old, new, strict=True)):
            names.update((name, *_every_member((*old, *new))))
    return frozenset(names)


def every_name(file: SourceFile) -> Iterator[str]:
    """All names under which a fact may have been read from a file, and perhaps some more; nothing is parsed for it."""
    for name, bindings in file.scope.items():
        yield name
        for binding in bindings:
            if isinstance(binding, SourceClass) and binding.is_split:
                for piece in binding.members:
                    yield from (f"{binding.qualified_name}.{word}" for word in piece.defined_words())


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
