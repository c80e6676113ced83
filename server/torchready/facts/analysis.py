"""The facts of one file: what was seen in its classes and functions, and which of it a model's forward reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

from torchready.facts.calls import NEVER_BUILDS
from torchready.facts.classes import attributes_of, find_function, lineage
from torchready.facts.declarations import Assigned, SourceClass, SourceFile, SourceFunction
from torchready.facts.entries import run_free_function, run_method
from torchready.facts.events import (
    Events,
    FunctionalCall,
    ModuleBuilt,
    ModuleReuse,
    Operation,
    SharedModule,
    UnregisteredModules,
)
from torchready.facts.memo import Read
from torchready.facts.project import Project
from torchready.syntax import Piece
from torchready.torch_api.functionals import functionals

Event: TypeAlias = FunctionalCall | Operation | ModuleReuse | ModuleBuilt | SharedModule | UnregisteredModules
# The files that may use a name of this file, and the names they may use it by.
UsersOf: TypeAlias = Callable[[str, bool], tuple[Iterable[Path], frozenset[str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen from one entry. `reached_by` is the name by which other code must call it; None for forward.

    `pieces` are those of this file that ran.
    """

    owner: SourceClass | None
    events: tuple[Event, ...]
    reached_by: str | None
    pieces: frozenset[Piece]
    is_of_module: bool = True

    @property
    def class_word(self) -> str | None:
        return self.owner.name if self.owner is not None else self.reached_by

    @property
    def is_member(self) -> bool:
        """Whether others reach it through an object: a method under its own name."""
        return self.owner is not None and self.reached_by != self.owner.name


@cache
def layer_words() -> frozenset[str]:
    """The last parts of all names under which torch offers a layer as a function."""
    return frozenset(row.name.rpartition(".")[2] for row in functionals() if row.module or row.variants or row.weights)


def facts_of_file(project: Project, file: SourceFile, users_of: UsersOf) -> Iterator[Seen]:
    """All that was seen in a file and that a forward reaches, as far as names tell."""
    seen = [one for source in file.classes() for one in facts_of_class(project, file.path, source)]
    words = layer_words()
    for function in file.functions():
        if project.records_operations or function.piece.identifiers() & words or "nn" in function.piece.identifiers():
            seen.append(facts_of_function(project, function))
    waiting = [one for one in seen if one.reached_by is not None and one.events]
    yield from (one for one in seen if one.reached_by is None)
    if waiting:
        yield from _reached(project, file, seen, waiting, users_of)


def _reached(
    project: Project, file: SourceFile, seen: Iterable[Seen], waiting: list[Seen], users_of: UsersOf
) -> Iterator[Seen]:
    words: set[str] = set()
    pending: list[Piece] = [piece for one in seen if one.reached_by is None for piece in one.pieces]
    definitions = _definitions(file)
    opened: set[Piece] = set()
    while True:
        _add_words(words, pending, definitions)
        found = [one for one in waiting if one.reached_by in words and (one.is_of_module or one.class_word in words)]
        if not found:
            found = [one for one in waiting if _is_reached_elsewhere(project, one.reached_by or "", one.is_member, users_of)][:1]
        if not found:
            gates = _gates(file, waiting, definitions)
            pending += [
                gate.piece
                for gate in gates
                if gate.piece not in opened and _is_reached_elsewhere(project, gate.name, False, users_of)
            ]
            if not pending:
                return
            opened.update(pending)
            continue
        for one in found:
            waiting.remove(one)
            pending += one.pieces
            yield one


def _add_words(words: set[str], pending: list[Piece], definitions: dict[str, list[Piece]]) -> None:
    """Add the words of pieces, and of the top-level functions and values that these words name."""
    while pending:
        fresh = pending.pop().identifiers() - words
        words |= fresh
        for word in fresh:
            pending += definitions.get(word, ())


def _gates(file: SourceFile, waiting: Iterable[Seen], definitions: dict[str, list[Piece]]) -> list[SourceFunction]:
    """Functions through which other files may reach what is waiting."""
    wanted = {one.class_word for one in waiting} | {one.reached_by for one in waiting}
    gates: list[SourceFunction] = []
    for function in file.functions():
        words: set[str] = set()
        _add_words(words, [function.piece], definitions)
        if not wanted.isdisjoint(words):
            gates.append(function)
    return gates


def _is_reached_elsewhere(project: Project, name: str, is_member: bool, users_of: UsersOf) -> bool:
    paths, names = users_of(name, is_member)
    files = (project.file(path) for path in paths)
    return any(not names.isdisjoint(_words_of_models(file)) for file in files if file is not None)


def _words_of_models(file: SourceFile) -> frozenset[str]:
    """All words that the classes of a file reach: what a model of it may use."""
    if file.model_words is None:
        words: set[str] = set()
        pending = [piece for piece in file.syntax.pieces if piece.is_member or piece.opens_class]
        _add_words(words, pending, _definitions(file))
        file.model_words = frozenset(words)
    return file.model_words


def _definitions(file: SourceFile) -> dict[str, list[Piece]]:
    """The pieces behind each top-level name that is no class of modules: those run through their own entries."""
    found: dict[str, list[Piece]] = {}
    for name, bindings in file.scope.items():
        for binding in bindings:
            if isinstance(binding, (SourceFunction, Assigned)):
                found.setdefault(name, []).append(binding.piece)
            elif isinstance(binding, SourceClass) and "Function" in binding.header.identifiers():
                found.setdefault(name, []).extend(binding.members)
    return found


def facts_of_function(project: Project, function: SourceFunction) -> Seen:
    project.memo.note(function.path, function.top_name)

    def compute() -> Seen:
        project.memo.note(function.path, function.top_name)
        events = run_free_function(project, function)
        found = tuple(event for event in _all_events(events) if _stands_in(event, function))
        return Seen(None, found, function.name, frozenset((function.piece,)))

    return project.memo.get(("function facts", function), compute, Seen(None, (), None, frozenset()))


def _stands_in(event: Event, function: SourceFunction) -> bool:
    return event.site.function is function


def facts_of_class(project: Project, path: Path, source: SourceClass) -> tuple[Seen, ...]:
    """What was seen in a class: first what its forward reaches, then each method that others may call."""
    project.memo.note(path, source.top_name)

    def compute() -> tuple[Seen, ...]:
        project.memo.note(path, source.top_name)
        if lineage(project, source).is_module:
            return tuple(_module_facts(project, path, source))
        return tuple(_plain_class_facts(project, path, source))

    return project.memo.get(("class facts", source), compute, ())


def class_reads(project: Project, source: SourceClass) -> frozenset[Read]:
    """The names that the facts of a class were read from."""
    return project.memo.reads(("class facts", source))


def _module_facts(project: Project, path: Path, source: SourceClass) -> Iterator[Seen]:
    attributes = attributes_of(project, source)
    visited: set[SourceFunction] = set()
    events: list[Event] = []
    if attributes is not None:
        visited |= attributes.events.visited
        # What is computed while a model is built is no part of what it computes.
        events += [one for one in _events_in(attributes.events, path) if not isinstance(one, (FunctionalCall, Operation))]
    forward = find_function(project, source, "forward")
    if forward is not None:
        ran = run_method(project, source, forward, is_forward=True)
        visited |= ran.visited
        events += _events_in(ran, path)
    pieces = frozenset((source.header, *(function.piece for function in visited if function.path == path)))
    yield Seen(source, tuple(events), None, pieces)
    relevant = layer_words() | (frozenset(attributes.names.values()) if attributes is not None else frozenset[str]())
    for function in _own_methods(source):
        if function in visited or function.name in NEVER_BUILDS:
            continue
        if not project.records_operations and not function.piece.identifiers() & relevant:
            continue
        ran = run_method(project, source, function, is_forward=False)
        found = tuple(event for event in _events_in(ran, path) if event.site.function not in visited)
        inner = frozenset(one.piece for one in ran.visited if one.path == path)
        yield Seen(source, found, function.name, inner)


def _plain_class_facts(project: Project, path: Path, source: SourceClass) -> Iterator[Seen]:
    words = layer_words()
    if "torch.autograd.Function" in lineage(project, source).unknown_bases:
        return
    for function in _own_methods(source):
        if function.name == "__init__" or not function.piece.identifiers() & words:
            continue
        ran = run_method(project, source, function, is_forward=False)
        found = tuple(event for event in _events_in(ran, path) if isinstance(event, FunctionalCall))
        name = source.name if function.name in ("__call__", "forward") else function.name
        yield Seen(source, found, name, frozenset((function.piece,)), is_of_module=False)


def _own_methods(source: SourceClass) -> Iterator[SourceFunction]:
    for name, functions in source.functions().items():
        if not name.startswith("__") or name == "__call__":
            yield functions[-1]


def _events_in(events: Events, path: Path) -> list[Event]:
    """The events of an entry that stand in a file. A function that an entry passes through is its own entry."""
    return [event for event in _all_events(events) if event.site.path == path and not _has_own_entry(event)]


def _has_own_entry(event: Event) -> bool:
    function = event.site.function
    if function is None:
        return True
    return function.owner is None and isinstance(event, (FunctionalCall, Operation, ModuleBuilt))


def _all_events(events: Events) -> Iterator[Event]:
    yield from events.functional_calls.values()
    yield from events.operations.values()
    yield from events.reuses.values()
    yield from events.built.values()
    yield from events.shared.values()
    yield from events.unregistered.values()
