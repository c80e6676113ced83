"""Which of all that was seen in a file a model's forward reaches, as far as names tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from torchready.facts.analysis import Candidate, Seen, all_of_class, facts_of_candidate
from torchready.facts.classes import lineage
from torchready.facts.declarations import Assigned, SourceClass, SourceFunction
from torchready.facts.project import Project
from torchready.facts.relevance import is_decoding, may_run
from torchready.facts.source_file import SourceFile
from torchready.facts.torch_calls import LEAVES_TORCH
from torchready.syntax import Piece, WordsAmong

# The files that may use a name of a file, and the names they may use it by.
UsersOf: TypeAlias = Callable[[Path, str, bool], tuple[Iterable[Path], frozenset[str]]]
# The pieces behind names, of several kinds.
Definitions: TypeAlias = Sequence[Mapping[str, Sequence[Piece]]]
# Of plain classes that use one another some use everything in the end: beyond so many nothing is concluded.
MAXIMUM_STEPS = 2


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
    for function in filter(may_run, file.functions()):
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


def _words_of_classes(file: SourceFile) -> frozenset[str]:
    """All words that the classes of a file reach: no model of it uses others."""
    if file.class_words is None:
        words: set[str] = set()
        pending = [piece for piece in file.syntax.pieces if piece.is_member or piece.opens_class]
        _add_words(words, pending, (file.definitions(),))
        file.class_words = frozenset(words)
    return file.class_words
