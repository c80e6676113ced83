"""(document, configuration, workspace) -> findings. The only door for `lsp` and `cli`."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TypeAlias

from torchready.config import Config
from torchready.facts.analysis import Seen
from torchready.facts.declarations import SourceClass
from torchready.facts.definitions import Definition, definitions_of
from torchready.facts.dummy_inputs import GuessedModel, guess, is_module
from torchready.facts.events import Site
from torchready.facts.imported_files import imported_files
from torchready.facts.project import Project
from torchready.facts.reached import UsersOf, facts_of_file, nobody_known
from torchready.facts.source_file import SourceFile
from torchready.facts.values import ClassValue, FunctionValue
from torchready.finding import Applicability, Finding, Fix, Position, Range, RelatedPlace
from torchready.fixes.apply import fix_to_fixpoint
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules import unused_suppression
from torchready.rules.context import Draft, RuleContext
from torchready.rules.registry import RULES, find_rule
from torchready.rules.rule import Rule
from torchready.suppression import Comment, Suppressions, unused_findings
from torchready.syntax import Piece, Syntax
from torchready.text import Change, Text
from torchready.workspace.imports import search_roots
from torchready.workspace.references import References

# Trees of this much source are kept at most between two checked files.
MAXIMUM_KEPT_SOURCE = 12_000_000


# The first line of the piece in which a finding stands, and of that of its related place.
_Lines: TypeAlias = tuple[int, int | None]

# Of the findings of a text, those that somebody wants to see fixed.
Choice = Callable[[Text, Sequence[Finding]], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where the text is not Python. The rest of the file is analysed all the same."""

    message: str
    range: Range


@dataclass(frozen=True, slots=True)
class Report:
    """What is known about one text: findings sorted by place, suppressions and configuration applied.

    `dependencies` are the other files that were read for it, or looked for, and `asked` the words of which it
    was asked who in the workspace uses them; a quick report does not list them.
    """

    findings: tuple[Finding, ...]
    syntax_problems: tuple[SyntaxProblem, ...]
    # Line spans (start, end) that do not parse now; an editor may keep older findings there.
    broken: tuple[tuple[int, int], ...]
    dependencies: tuple[Path, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text after fixes were applied to a fixpoint."""

    text: str
    applied: tuple[Finding, ...]
    remaining: Report


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One immutable state of one document; edits make a new one that shares what they left alone."""

    path: Path
    syntax: Syntax
    file: SourceFile

    @property
    def text(self) -> Text:
        return self.syntax.text

    @cached_property
    def first_lines(self) -> dict[Piece, int]:
        return dict(zip(self.syntax.pieces, self.syntax.first_lines, strict=True))

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """The classes and functions at the top level, in order."""
        return definitions_of(self.file)


@dataclass(slots=True, eq=False)
class _Drafted:
    """The drafts of one entry, and what became of their fixes the last time they were built."""

    # With what two drafts of one thing have in common.
    drafts: tuple[tuple[Hashable, Draft], ...]
    reasons: dict[Draft, str] = field(default_factory=dict[Draft, str])
    # With the lines that the finding and its related place were counted from.
    placed: dict[Draft, tuple[_Lines, Finding]] = field(
        default_factory=dict["Draft", "tuple[_Lines, Finding]"]
    )

    @classmethod
    def of(cls, drafts: Iterable[Draft]) -> _Drafted:
        return cls(tuple(((draft.code, draft.site.key), draft) for draft in drafts))


class Engine:
    """Analyses texts under one configuration and one workspace root.

    Not thread safe: one thread drives an engine. `root` is the folder against which imports and
    `per-file-ignores` are resolved.
    """

    def __init__(self, config: Config, root: Path) -> None:
        self.config = config
        self.root = root
        self.project = Project(search_roots(root, config.python))
        self.references = References(root, config)
        self._rules = tuple(
            rule for rule in RULES if config.enabled(rule.code, config.profile in rule.profiles)
        )
        self.project.records_tracing = any(rule.code.startswith("TR30") for rule in self._rules)
        self.project.records_operations = any(rule.needs_operations for rule in self._rules)
        watches = (rule.watches for rule in self._rules if rule.watches is not None)
        self.project.watch(frozenset(name for names in watches for name in names(config.opset)))
        self._drafted: dict[Seen, _Drafted] = {}
        self._newest: dict[Path, Snapshot] = {}
        self._asked: set[str] = set()

    def open(self, path: Path, text: Text | str) -> Snapshot:
        # Who opens a file works on no other one.
        self.project.release_trees()
        return self._snapshot(path, self._syntax(text if isinstance(text, Text) else Text(text)))

    def _syntax(self, text: Text) -> Syntax:
        return Syntax.of(text, self.project.trees)

    def edit(self, snapshot: Snapshot, changes: Sequence[Change], after: Text | None = None) -> Snapshot:
        """Changes apply one after the other, each to the result of those before it.

        `after` is the text that comes of them, where the caller has it.
        """
        text = _changed(snapshot.text, changes) if after is None else after
        if self._newest.get(snapshot.path) is snapshot:
            known = self.project.again(snapshot.path, text.content)
            if known is not None:
                return self._noted(Snapshot(snapshot.path, known.syntax, known))
        syntax = snapshot.syntax
        for left, change in zip(reversed(range(len(changes))), changes, strict=True):
            syntax, _ = syntax.changed(change, None if left else text)
        return self._snapshot(snapshot.path, syntax)

    def _snapshot(self, path: Path, syntax: Syntax) -> Snapshot:
        return self._noted(Snapshot(path, syntax, self.project.put(path, syntax)))

    def _noted(self, snapshot: Snapshot) -> Snapshot:
        self._newest[snapshot.path] = snapshot
        return snapshot

    def close(self, path: Path) -> None:
        """From now on the file's text is what stands on disk."""
        self._newest.pop(path, None)
        self.project.close(path)

    def files_changed(self, paths: Sequence[Path]) -> None:
        """Files changed on disk; forget what was read from them."""
        self.project.changed_on_disk(paths)
        self.references.forget(paths)

    def prepare(self) -> None:
        """Read what full reports ask of the workspace: seconds where it is large.

        The only thing that another thread may do while one drives the engine, as long as that one asks for
        quick reports only.
        """
        self.references.read()

    def check(self, path: Path, text: str) -> Report:
        """The report on a text from scratch, for those who look at each file once."""
        report = self.report(self.open(path, text))
        self._newest.pop(path, None)
        self._drafted.clear()
        self.project.keep_at_most(MAXIMUM_KEPT_SOURCE, path, report.dependencies)
        return report

    def report(self, snapshot: Snapshot, *, quick: bool = False) -> Report:
        """All findings of a text. A quick report has no fixes but those that cost nothing."""
        if self._newest.get(snapshot.path) is not snapshot:
            self._snapshot_again(snapshot)
        self.project.memo.begin()
        self._asked.clear()
        drafts = self._drafts(snapshot, quick=quick)
        repairs = None if quick else Repairs(self.project, snapshot.syntax)
        findings = [self._finding(snapshot, one, draft, repairs) for one, draft in drafts]
        # As their `sort_key`: all of them are of one file.
        findings.sort(key=attrgetter("range", "code", "message"))
        problems, broken = _problems(snapshot.syntax, quick=quick)
        findings = self._unsuppressed(snapshot, findings, parses=not broken)
        if not quick:
            self.project.release_trees()
        dependencies = () if quick else self._dependencies(snapshot.path)
        asked = () if quick else tuple(sorted(self._asked))
        return Report(tuple(findings), problems, broken, dependencies, asked)

    def _unsuppressed(self, snapshot: Snapshot, findings: list[Finding], *, parses: bool) -> list[Finding]:
        """The findings that no comment suppresses, and the comments that suppress none."""
        found = snapshot.syntax.comments()
        comments = [Comment(Position(line, comment.column), comment.text) for line, comment in found]
        if not comments:
            return findings
        ignored = self.config.ignored_in_file(snapshot.path, self.root)
        # What only a run finds may well be there.
        looked_for = (rule.code for rule in self._rules if not rule.needs_a_run)
        active = {code for code in looked_for if not code.startswith(ignored)}
        suppressions = Suppressions.parse(comments, snapshot.text)
        left, unused = suppressions.apply(findings, known={rule.code for rule in RULES}, active=active)
        # A broken piece has no findings, and neither has what only it reaches: no comment is unused for that.
        if not unused or not parses or unused_suppression.RULE.code not in active:
            return left
        severity = self.config.severity_of(unused_suppression.RULE.code, unused_suppression.RULE.severity)
        return sorted((*left, *unused_findings(unused, str(snapshot.path), severity)))

    def _dependencies(self, path: Path) -> tuple[Path, ...]:
        read = self.project.memo.noted_files()
        folders = {one.parent for one in (path, *read)}
        marks = read.union(*map(self.project.finder.package_marks, folders))
        return tuple(sorted(marks - {path}, key=str))

    def _snapshot_again(self, snapshot: Snapshot) -> None:
        self.project.put(snapshot.path, snapshot.syntax)

    def imported_files(self, path: Path) -> frozenset[Path]:
        """The file itself and the files of the workspace that it imports, directly or not."""
        return imported_files(self.project, path, self.root)

    def definition_of(self, path: Path, name: str) -> tuple[Path, str] | None:
        """The file in which a class or function that a file names is written, and what it is called there."""
        match self.project.resolve(path, name):
            case ClassValue(source):
                return source.path, source.name
            case FunctionValue(source):
                return source.path, source.name
            case _:
                return None

    def guess_model(self, path: Path, class_name: str) -> GuessedModel | None:
        """How a class of a file is probably built and called; None when it is no nn.Module."""
        file = self.project.file(path)
        for binding in file.scope.get(class_name, ()) if file is not None else ():
            if isinstance(binding, SourceClass) and is_module(self.project, binding):
                return guess(self.project, binding)
        return None

    def fix_all(self, path: Path, text: str, *, unsafe: bool = False, only: Choice | None = None) -> Fixed:
        """Apply safe fixes (and unsafe ones when asked) until none is left; `only` chooses whose."""
        snapshot = self.open(path, text)
        reports: list[Report] = []

        def analyse(current: Text) -> Sequence[Finding]:
            nonlocal snapshot
            if current.content != snapshot.text.content:
                snapshot = self._snapshot(path, self._syntax(current))
            reports.append(self.report(snapshot))
            findings = reports[-1].findings
            return findings if only is None else only(current, findings)

        fixed = fix_to_fixpoint(snapshot.text, analyse, unsafe)
        if fixed.text.content != snapshot.text.content:
            analyse(fixed.text)
        return Fixed(fixed.text.content, tuple(fixed.applied), reports[-1])

    # -- drafts -> findings -------------------------------------------------------------------------

    def _drafts(self, snapshot: Snapshot, *, quick: bool) -> list[tuple[_Drafted, Draft]]:
        ignored = self.config.ignored_in_file(snapshot.path, self.root)
        found: list[tuple[_Drafted, Draft]] = []
        used: list[Seen] = []
        seen_sites: set[Hashable] = set()
        current = snapshot.first_lines
        for seen in facts_of_file(self.project, snapshot.file, self._users_of(quick=quick)):
            drafted = self._drafted.get(seen)
            if drafted is None:
                drafted = self._drafted[seen] = _Drafted.of(self._drafts_of(seen))
            used.append(seen)
            for key, draft in drafted.drafts:
                if key in seen_sites or draft.site.piece not in current:
                    continue
                if ignored and draft.code.startswith(ignored):
                    continue
                seen_sites.add(key)
                found.append((drafted, draft))
        if len(self._drafted) > 4 * len(used) + 2000:
            self._drafted = {seen: self._drafted[seen] for seen in used}
        return found

    def _drafts_of(self, seen: Seen) -> Iterable[Draft]:
        if not seen.events:
            return
        config = self.config
        context = RuleContext(self.project, seen, config.profile, config.opset, config.allows_functional)
        for rule in self._rules:
            # Of code nested deeper than Python's stack a rule says what it found until then.
            with suppress(RecursionError):
                yield from rule.detect(context)

    def _users_of(self, *, quick: bool) -> UsersOf:
        if quick and not self.references.are_at_hand:
            # Reading a large workspace takes seconds: the full report will know.
            return nobody_known

        def users_of(path: Path, name: str, is_member: bool) -> tuple[Iterable[Path], frozenset[str]]:
            users, names = self.references.users_of(path, name, is_member=is_member)
            self._asked |= names
            return users, names

        return users_of

    def _finding(
        self, snapshot: Snapshot, drafted: _Drafted, draft: Draft, repairs: Repairs | None
    ) -> Finding:
        lines = self._lines(snapshot, draft)
        known = drafted.placed.get(draft)
        if repairs is None:
            if known is not None and known[0] == lines:
                return known[1]
            finding = self._placed(snapshot, draft, lines, None, drafted.reasons.get(draft, ""))
            drafted.placed[draft] = (lines, finding)
            return finding
        fix, reason = _repaired(draft, repairs)
        drafted.reasons[draft] = reason
        finding = self._placed(snapshot, draft, lines, fix, reason)
        if known is not None and known[1] == finding:
            return known[1]
        drafted.placed[draft] = (lines, finding)
        return finding

    def _lines(self, snapshot: Snapshot, draft: Draft) -> _Lines:
        first_line = snapshot.first_lines[draft.site.piece]
        if draft.related is None:
            return first_line, None
        return first_line, self._first_line(snapshot, draft.related[0])

    def _placed(
        self, snapshot: Snapshot, draft: Draft, lines: _Lines, fix: Fix | None, reason: str
    ) -> Finding:
        rule = _rule_of(draft)
        first_line, related_line = lines
        related: tuple[RelatedPlace, ...] = ()
        if draft.related is not None and related_line is not None:
            site, message = draft.related
            related = (RelatedPlace(str(site.path), moved(site.range, related_line), message),)
        return Finding(
            draft.code,
            rule.name,
            draft.message + reason,
            self.config.severity_of(draft.code, draft.severity or rule.severity),
            str(snapshot.path),
            moved(draft.site.range, first_line),
            draft.class_name,
            draft.symbol,
            fix=fix,
            related=related,
        )

    def _first_line(self, snapshot: Snapshot, site: Site) -> int | None:
        if site.path == snapshot.path:
            return snapshot.first_lines.get(site.piece)
        file = self.project.file(site.path)
        if file is None or site.piece not in file.syntax.pieces:
            return None
        return file.syntax.first_lines[file.syntax.pieces.index(site.piece)]


def _changed(text: Text, changes: Iterable[Change]) -> Text:
    """The text after changes, one after the other."""
    for change in changes:
        text = text.changed(change)
    return text


def _repaired(draft: Draft, repairs: Repairs) -> tuple[Fix | None, str]:
    if draft.repair is None:
        return None, ""
    try:
        result = draft.repair(repairs)
    except RecursionError:
        result = Refusal("the code is nested too deeply: change it by hand")
    if isinstance(result, Refusal):
        return None, f" (no safe fix: {result.reason})"
    if result.applicability is Applicability.UNSAFE:
        return result, ""
    return result, ""


def _rule_of(draft: Draft) -> Rule:
    rule = find_rule(draft.code)
    assert rule is not None
    return rule


def moved(span: Range, lines: int) -> Range:
    """A range that starts `lines` further down."""
    start, end = span
    return Range(Position(start.line + lines, start.column), Position(end.line + lines, end.column))


def _problems(
    syntax: Syntax, *, quick: bool
) -> tuple[tuple[SyntaxProblem, ...], tuple[tuple[int, int], ...]]:
    broken: list[tuple[int, int]] = []
    problems: list[SyntaxProblem] = []
    for index in syntax.broken():
        why = syntax.pieces[index].broken
        assert why is not None, "a piece that is broken stays so"
        first_line = syntax.first_lines[index]
        broken.append((first_line, syntax.end_line(index)))
        place = Position(first_line + why.position.line, why.position.column)
        problems.append(SyntaxProblem(why.message, Range(place, place)))
    if problems and not quick:
        whole = _whole_problem(syntax.text)
        if whole is not None:
            problems = [whole]
    return tuple(problems), tuple(broken)


def _whole_problem(text: Text) -> SyntaxProblem | None:
    """What Python itself says about the whole text: its message is the one people know."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text.content.removeprefix("\ufeff"))
    except SyntaxError as error:
        place = Position(max((error.lineno or 1) - 1, 0), max((error.offset or 1) - 1, 0))
        return SyntaxProblem(error.msg, Range(place, place))
    except (ValueError, RecursionError, MemoryError):
        return None
    return None
