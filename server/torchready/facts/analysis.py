"""What was seen in a class, in a function: the facts of a file, one entry after the other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from torchready.facts.classes import attributes_of, find_function, lineage
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.entries import run_free_function, run_method
from torchready.facts.events import (
    Basis,
    BoundaryCrossing,
    Event,
    Events,
    FunctionalCall,
    ModuleBuilt,
    Operation,
    TensorConversion,
    TensorLoop,
    TensorTest,
    TracingEvent,
)
from torchready.facts.project import Project
from torchready.facts.relevance import NEVER_BUILDS, is_decoding
from torchready.facts.tracing import shown_only
from torchready.syntax import Piece

T = TypeVar("T")
# A forward that appends to a list names these, and calls none of a container of modules that has them too.
GROWS_LISTS = frozenset({"append", "extend", "insert"})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was seen from one entry. `pieces` are those of this file that ran, `is_forward` a model's own entry.

    `is_function` for a function outside of classes that models of other files name: nobody knows when they call it.
    """

    owner: SourceClass | None
    events: tuple[Event, ...]
    pieces: frozenset[Piece]
    is_forward: bool = False
    visited: frozenset[SourceFunction] = frozenset()
    # What goes in and out of a forward, which counts where it is a model's and not that of a part of one.
    boundary: Seen | None = None
    is_function: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A function that counts only when a forward reaches it, which happens through `reached_by`."""

    function: SourceFunction
    owner: SourceClass | None
    reached_by: str
    is_of_module: bool

    @property
    def is_member(self) -> bool:
        """Whether others reach it through an object: a method under its own name."""
        return self.owner is not None and self.reached_by != self.owner.name

    def names(self) -> Iterator[str]:
        """The words that decide whether it is reached."""
        yield self.reached_by
        if self.owner is not None:
            yield self.owner.name

    def is_named_in(self, words: set[str]) -> bool:
        if self.reached_by not in words:
            return False
        return self.is_of_module or self.owner is None or self.owner.name in words


@dataclass(frozen=True, slots=True, eq=False)
class ClassFacts:
    """What was seen in a class; `leading` are a model's methods: who calls one reaches what it names."""

    seen: Seen | None
    candidates: tuple[Candidate, ...]
    leading: tuple[tuple[str, Piece], ...]


NOTHING_SEEN = ClassFacts(None, (), ())


def facts_of_candidate(project: Project, candidate: Candidate) -> Seen:
    """What happens in a function when something calls it."""
    function, owner = candidate.function, candidate.owner
    nothing = Seen(None, (), frozenset())
    run = partial(_unless_too_deep, lambda: _run_candidate(project, candidate), nothing)
    ran = project.memo.get(("candidate", function, owner), run, nothing)
    if owner is None or not candidate.is_of_module:
        return ran
    seen = facts_of_class(project, owner)
    known = ran.visited & seen.visited if seen is not None else None
    if not known:
        return ran

    def unknown() -> Seen:
        project.note_function(function)
        return replace(ran, events=tuple(one for one in ran.events if one.site.function not in known))

    # The same object as long as nothing changes: drafts are remembered for it.
    return project.memo.get(("candidate", function, owner, known, ran), unknown, nothing)


def _run_candidate(project: Project, candidate: Candidate) -> Seen:
    function, owner = candidate.function, candidate.owner
    project.note_function(function)
    if owner is None:
        events = run_free_function(project, function)
        everything = (*events.of_models(), *_of_numbers(events))
        own = tuple(event for event in everything if event.site.function is function)
        return Seen(None, own, frozenset((function.piece,)), is_function=True)
    ran = run_method(project, owner, function, is_forward=False)
    found = tuple(_events_in(ran, function.path))
    if not candidate.is_of_module:
        layers = tuple(event for event in found if isinstance(event, FunctionalCall))
        return Seen(owner, layers, frozenset((function.piece,)))
    pieces = frozenset(one.piece for one in ran.visited if one.path == function.path)
    functions = (event.site.function for event in found)
    return Seen(owner, found, pieces, visited=frozenset(one for one in functions if one is not None))


def _of_numbers(events: Events) -> Iterator[TracingEvent]:
    """Where the numbers in a tensor matter to Python; what is known of shapes is known to the caller."""
    for event in shown_only(events):
        if isinstance(event, (TensorTest, TensorConversion, TensorLoop)) and event.basis is not Basis.SHAPE:
            yield event


def _unless_too_deep(compute: Callable[[], T], nothing: T) -> T:
    """Code nested deeper than Python's stack is taken as having no facts; the rest of the file has its own."""
    try:
        return compute()
    except RecursionError:
        return nothing


def facts_of_class(project: Project, source: SourceClass) -> Seen | None:
    """What the forward of a class reaches; None for a class that is no model."""
    return project.memo.get(
        ("class facts", source),
        lambda: _unless_too_deep(lambda: _facts_of_class(project, source), None),
        None,
    )


def _facts_of_class(project: Project, source: SourceClass) -> Seen | None:
    project.memo.note(source.path, source.top_name)
    if not lineage(project, source).is_module:
        return None
    attributes = attributes_of(project, source)
    visited: set[SourceFunction] = set()
    events: list[Event] = []
    boundary: Seen | None = None
    if attributes is not None:
        visited |= attributes.events.visited
        # What runs while a model is built is no part of what it computes.
        events += [one for one in attributes.events.of_constructors() if one.site.path == source.path]
    forward = find_function(project, source, "forward")
    if forward is not None:
        ran = run_method(project, source, forward, is_forward=True)
        visited |= ran.visited
        events += _events_in(ran, source.path)
        tracing = [event for event in shown_only(ran) if event.site.path == source.path]
        crossings = tuple(event for event in tracing if isinstance(event, BoundaryCrossing))
        boundary = Seen(source, crossings, frozenset(), is_forward=True) if crossings else None
        events += [event for event in tracing if not isinstance(event, BoundaryCrossing)]
    pieces = frozenset((source.header, *(one.piece for one in visited if one.path == source.path)))
    return Seen(source, tuple(events), pieces, is_forward=True, visited=frozenset(visited), boundary=boundary)


def all_of_class(project: Project, source: SourceClass) -> ClassFacts:
    """What was seen in a class, and its methods that count when others call them."""
    return project.memo.get(("all of class", source), lambda: _all_of_class(project, source), NOTHING_SEEN)


def _all_of_class(project: Project, source: SourceClass) -> ClassFacts:
    seen = facts_of_class(project, source)
    candidates = _unless_too_deep(lambda: tuple(_candidates(project, source)), ())
    return ClassFacts(seen, candidates, () if seen is None else tuple(_methods_that_lead_on(source)))


def _candidates(project: Project, source: SourceClass) -> Iterator[Candidate]:
    project.memo.note(source.path, source.top_name)
    for function in _own_methods(project, source):
        project.note_function(function)
    if not lineage(project, source).is_module:
        yield from _plain_candidates(project, source)
        return
    seen = facts_of_class(project, source)
    attributes = attributes_of(project, source)
    visited = seen.visited if seen is not None else frozenset[SourceFunction]()
    relevant = project.layer_words
    relevant |= attributes.module_names if attributes is not None else frozenset[str]()
    for function in _own_methods(project, source):
        if function in visited or function.name in (NEVER_BUILDS | GROWS_LISTS) or is_decoding(function.name):
            continue
        if project.records_operations or not relevant.isdisjoint(function.piece.identifiers()):
            name = source.name if function.name == "__call__" else function.name
            yield Candidate(function, source, name, is_of_module=True)


def _plain_candidates(project: Project, source: SourceClass) -> Iterator[Candidate]:
    words = project.layer_words
    if is_decoding(source.name):
        return
    is_differentiable = "torch.autograd.Function" in lineage(project, source).unknown_bases
    for function in (*_own_methods(project, source), *_constructor_on_tensors(project, source)):
        if words.isdisjoint(function.piece.identifiers()):
            continue
        if is_differentiable and function.name != "forward":
            continue
        name = source.name if function.name in ("__init__", "__call__", "forward") else function.name
        yield Candidate(function, source, name, is_of_module=False)


def _methods_that_lead_on(source: SourceClass) -> Iterator[tuple[str, Piece]]:
    for name, functions in source.functions().items():
        if not name.startswith("__") and name not in NEVER_BUILDS and not is_decoding(name):
            yield name, functions[-1].piece


def _own_methods(project: Project, source: SourceClass) -> Iterator[SourceFunction]:
    for name, functions in project.current(source).functions().items():
        if not name.startswith("__") or name == "__call__":
            yield functions[-1]


def _constructor_on_tensors(project: Project, source: SourceClass) -> Iterator[SourceFunction]:
    """`__init__` of an object that a forward makes of tensors, such as a distribution."""
    for function in project.current(source).functions().get("__init__", [])[-1:]:
        arguments = function.node.args
        annotations = [one.annotation for one in (*arguments.args, *arguments.kwonlyargs) if one.annotation]
        if any("Tensor" in ast.unparse(annotation) for annotation in annotations):
            yield function


def _events_in(events: Events, path: Path) -> list[Event]:
    """The events of an entry that stand in a file. A function that an entry passes through is its own entry."""
    return [event for event in events.of_models() if event.site.path == path and not _has_own_entry(event)]


def _has_own_entry(event: Event) -> bool:
    function = event.site.function
    if function is None:
        return True
    if isinstance(event, FunctionalCall) and event.is_given_parameters:
        # Of a function by itself nobody knows that a model hands its weights to it.
        return False
    return function.owner is None and isinstance(event, (FunctionalCall, Operation, ModuleBuilt))
