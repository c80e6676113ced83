"""The facts of one file: what was seen in its classes and functions, and which of it a model's forward reaches."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeAlias, TypeVar

from torchready.facts.classes import attributes_of, find_function, lineage
from torchready.facts.declarations import Assigned, SourceClass, SourceFunction
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
from torchready.facts.source_file import SourceFile
from torchready.facts.torch_calls import LEAVES_TORCH
from torchready.facts.tracing import shown_only
from torchready.syntax import Piece, WordsAmong

T = TypeVar("T")
# The files that may use a name of a file, and the names they may use it by.
UsersOf: TypeAlias = Callable[[Path, str, bool], tuple[Iterable[Path], frozenset[str]]]
# The pieces behind names, of several kinds.
Definitions: TypeAlias = Sequence[Mapping[str, Sequence[Piece]]]
# Of plain classes that use one another some use everything in the end: beyond so many nothing is concluded.
MAXIMUM_STEPS = 2
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


def facts_of_file(project: Project, file: SourceFile, users_of: UsersOf) -> Iterator[Seen]:
    """All that was seen in a file and that a forward reaches, as far as names tell."""
    waiting: list[Candidate] = []
    ran: list[frozenset[Piece]] = []
    leading: dict[str, list[Piece]] = {}
    for source in file.classes():
        facts = all_of_class(project, source)
        waiting += facts.candidates
        seen = facts.seen
        if seen is not None:
            ran.append(seen.pieces)
            for name, piece in facts.leading:
                leading.setdefault(name, []).append(piece)
            yield seen
            if seen.boundary is not None and _is_model(project, file, source, users_of):
                yield seen.boundary
    words = project.layer_words
    for function in file.functions():
        identifiers = function.piece.identifiers()
        names_layers = "nn" in identifiers or not words.isdisjoint(identifiers)
        if names_layers or (project.records_tracing and not LEAVES_TORCH.isdisjoint(identifiers)):
            waiting.append(Candidate(function, None, function.name, is_of_module=False))
    if waiting:
        yield from _reached(project, file, ran, waiting, leading, users_of)


def nobody_known(path: Path, name: str, is_member: bool) -> tuple[Iterable[Path], frozenset[str]]:
    """Where nothing is known of other files yet."""
    return (), frozenset()


def _is_model(project: Project, file: SourceFile, source: SourceClass, users_of: UsersOf) -> bool:
    """Whether a class is what gets traced: no other class builds it; its own bases only ask `isinstance` of it."""
    if users_of is nobody_known or "." in source.qualified_name:
        return False
    own = lineage(project, source).order
    if any(other not in own for other in file.classes_that_name(source.name)):
        return False
    return not _is_reached_elsewhere(project, file.path, source.name, False, users_of)


def _reached(
    project: Project,
    file: SourceFile,
    ran: Iterable[frozenset[Piece]],
    waiting: list[Candidate],
    leading: Mapping[str, Sequence[Piece]],
    users_of: UsersOf,
) -> Iterator[Seen]:
    definitions = (file.definitions(), leading)
    names = {name for one in waiting for name in one.names()}
    wanted = file.words_among(names.union(*definitions))
    words = set[str]().union(*map(wanted.of_all, ran))
    pending = _defined(definitions, words)
    opened: set[Piece] = set()
    while waiting:
        _add_words(words, pending, definitions, wanted.of)
        found = [one for one in waiting if one.is_named_in(words)]
        if not found and users_of is nobody_known:
            return
        if not found:
            reached = (
                one
                for one in waiting
                if _is_reached_elsewhere(project, file.path, one.reached_by, one.is_member, users_of)
            )
            found = list(islice(reached, 1))
        if not found:
            pending = [
                piece
                for name, piece in _gates(file, waiting, definitions, wanted)
                if piece not in opened and _is_reached_elsewhere(project, file.path, name, False, users_of)
            ]
            if not pending:
                return
            opened.update(pending)
            continue
        for one in found:
            waiting.remove(one)
            seen = facts_of_candidate(project, one)
            pending += seen.pieces
            if seen.events:
                yield seen


def _add_words(
    words: set[str],
    pending: list[Piece],
    definitions: Definitions,
    words_of: Callable[[Piece], frozenset[str]] = Piece.identifiers,
) -> None:
    """Add the words of pieces, and of the functions and values that these words name."""
    while pending:
        fresh = words_of(pending.pop()) - words
        words |= fresh
        if fresh:
            pending += _defined(definitions, fresh)


def _defined(definitions: Definitions, words: Set[str]) -> list[Piece]:
    return [piece for known in definitions for word in known.keys() & words for piece in known[word]]


def _gates(
    file: SourceFile, waiting: Iterable[Candidate], definitions: Definitions, among: WordsAmong
) -> list[tuple[str, Piece]]:
    """Functions and tables of them through which other files may reach what is waiting."""
    wanted = {one.owner.name if one.owner is not None else one.reached_by for one in waiting}
    gates: list[tuple[str, Piece]] = []
    for name, bindings in file.scope.items():
        for binding in bindings:
            if isinstance(binding, (SourceFunction, Assigned)):
                words: set[str] = set()
                _add_words(words, [binding.piece], definitions, among.of)
                if not wanted.isdisjoint(words):
                    gates.append((name, binding.piece))
    return gates


def _is_reached_elsewhere(
    project: Project,
    home: Path,
    name: str,
    is_member: bool,
    users_of: UsersOf,
    asked: dict[Piece, int] | None = None,
    steps: int = MAXIMUM_STEPS,
) -> bool:
    """Whether a model of another file than `home` uses a name, itself or through as many plain classes.

    `asked` are methods of these, with the steps that were left when they were asked about.
    """
    paths, names = users_of(home, name, is_member)
    files = (project.file(path) for path in paths)
    seen = dict[Piece, int]() if asked is None else asked
    return any(
        _has_model_that_uses(project, file, names, users_of, seen, steps)
        for file in files
        if file is not None
    )


def _has_model_that_uses(
    project: Project,
    file: SourceFile,
    names: frozenset[str],
    users_of: UsersOf,
    asked: dict[Piece, int],
    steps: int,
) -> bool:
    # A class of the same name, and what says that name beside it, is another one's business.
    names -= {source.name for source in file.classes()}
    if names.isdisjoint(_words_of_classes(file)):
        return False
    definitions = (file.definitions(),)
    words_of_models: set[str] = set()
    for source in file.classes():
        if lineage(project, source).is_module:
            _add_words(words_of_models, _members_that_run(source), definitions)
            if not names.isdisjoint(words_of_models):
                return True
    # Logits processors and image processors use one another, and no forward any of them.
    for source in file.classes():
        if lineage(project, source).is_module:
            continue
        for piece, reached_by in _plain_members(source):
            words: set[str] = set()
            _add_words(words, [piece], definitions)
            if asked.get(piece, -1) >= steps or names.isdisjoint(words):
                continue
            asked[piece] = steps
            is_member = reached_by != source.name
            if reached_by in words_of_models and (source.name in words_of_models or not is_member):
                return True
            if steps > 0 and _is_reached_elsewhere(
                project, file.path, reached_by, is_member, users_of, asked, steps - 1
            ):
                return True
    return False


def _plain_members(source: SourceClass) -> Iterator[tuple[Piece, str]]:
    """The methods of a class that is no module, and the names by which others reach them."""
    if is_decoding(source.name):
        return
    for name, functions in source.functions().items():
        if not is_decoding(name):
            dunder = name.startswith("__") or name == "forward"
            yield functions[-1].piece, source.name if dunder else name


def _members_that_run(source: SourceClass) -> list[Piece]:
    """The members of a class without its header, which names bases: who inherits a method need not call it."""
    decoding = {
        function.piece
        for name, functions in source.functions().items()
        if is_decoding(name)
        for function in functions
    }
    return [piece for piece in source.members if piece not in decoding]


def _methods_that_lead_on(source: SourceClass) -> Iterator[tuple[str, Piece]]:
    for name, functions in source.functions().items():
        if not name.startswith("__") and name not in NEVER_BUILDS and not is_decoding(name):
            yield name, functions[-1].piece


def _words_of_classes(file: SourceFile) -> frozenset[str]:
    """All words that the classes of a file reach: no model of it uses others."""
    if file.class_words is None:
        words: set[str] = set()
        pending = [piece for piece in file.syntax.pieces if piece.is_member or piece.opens_class]
        _add_words(words, pending, (file.definitions(),))
        file.class_words = frozenset(words)
    return file.class_words


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
