"""Runs functions on abstract values, statement by statement, and records what happens on the way.

Branches are run one after the other from the same state and joined; a loop's body is run twice, so that
what one turn leaves is seen by the next. Calls into the workspace are followed, within a budget.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from torchready.facts.calls import Calls
from torchready.facts.paths import (
    Frame,
    State,
    as_traced,
    assigned_names,
    changed_lists,
    filled_by,
    filled_names,
    guards_of,
    merged_uses,
    shared_guards,
)
from torchready.facts.values import (
    NONE,
    UNKNOWN,
    Constant,
    Either,
    Instance,
    Number,
    Unknown,
    Value,
    alternatives,
    certainty,
    join,
    parts_of,
    varying,
    without_rank,
)

if TYPE_CHECKING:
    from pathlib import Path

    from torchready.facts.declarations import Assigned


LEVELS_RUN_TWICE = 2
# After so many, calls are no longer followed: what helpers call in turn multiplies.
MAXIMUM_STATEMENTS = 20_000


K = TypeVar("K")


class Interpreter(Calls):
    """Statements. Expressions and calls are in the classes below."""

    def module_level(self, path: Path, binding: Assigned) -> Value:
        """The value of a name that a file assigns at its top level."""
        self.frame = Frame({}, binding.piece, None)
        self.path = path
        value = self.evaluate(binding.expression)
        return value if binding.part is None else self.element_at(value, binding.part, binding.expression)

    def run(self, statements: Sequence[ast.stmt]) -> bool:
        """Run a block; False when no path reaches its end."""
        for node in statements:
            self.statements_run += 1
            if self.statements_run > MAXIMUM_STATEMENTS:
                self.budget = 0
            handler = self._statement_handlers.get(type(node))
            if handler is not None and not handler(self, node):
                return False
        return True

    # -- state ------------------------------------------------------------------------------------

    def save(self) -> State:
        return State(dict(self.frame.names), dict(self.attributes), dict(self.uses), self.guards)

    def restore(self, state: State) -> None:
        self.frame.names = dict(state.names)
        self.attributes = dict(state.attributes)
        self.uses = dict(state.uses)
        self.guards = state.guards

    def merge(self, states: Sequence[State]) -> None:
        """Go on from where several paths meet."""
        states = as_traced(states)
        first = states[0]
        self.restore(first)
        for state in states[1:]:
            _join_into(self.frame.names, state.names)
            _join_into(self.attributes, state.attributes)
            for key, uses in state.uses.items():
                mine = self.uses.get(key)
                if mine is None:
                    self.uses[key] = uses
                elif mine is not uses:
                    self.uses[key] = merged_uses(mine, uses)
        if len(states) > 1:
            self.guards = shared_guards(states)
            self.note_missing(states)

    def branches(self, runs: Sequence[Callable[[], bool]]) -> bool:
        """Run each from the present state, then go on from where those that end meet."""
        before = self.save()
        ends: list[State] = []
        for index, one in enumerate(runs):
            if index:
                self.restore(before)
            if one():
                ends.append(self.save())
        if not ends:
            return False
        self.merge(ends)
        return True

    # -- statements -------------------------------------------------------------------------------

    def _expression(self, node: ast.Expr) -> bool:
        before, self.discarded = self.discarded, node.value
        self.evaluate(node.value)
        self.discarded = before
        return True

    def _assign(self, node: ast.Assign) -> bool:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.bind(target, value, node.value)
        return True

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is None:
            return True
        value = self.evaluate(node.value)
        if isinstance(value, Unknown):
            declared = self.annotated_value(node.annotation, value)
            if isinstance(declared, Instance):
                # An annotation tells the class of an object and not which one it is.
                is_given = parts_of(value.label)[:1] == ("parameter",)
                identity = value.label if is_given else ("annotated", self.place(node.value))
                declared = replace(
                    declared, identity=identity, varies=declared.varies | frozenset(self.loops)
                )
            value = declared
        self.bind(node.target, value, node.value)
        return True

    def _augmented(self, node: ast.AugAssign) -> bool:
        left = self.evaluate(_as_load(node.target))
        right = self.evaluate(node.value)
        if isinstance(left, Instance) and left.contents is not None and isinstance(node.op, ast.Add):
            self.extend_module(node.target, left, right, node.value)
            return True
        value = self.combine(node.op, left, right, node, node)
        self.record_in_place(node.target, left, node.target)
        if isinstance(node.target, ast.Name):
            self.bind(node.target, value, node.value)
        elif isinstance(node.target, ast.Attribute):
            if certainty(left) is None:
                self.record_assignment(node.target, node.value, keeps_old=True)
            self.bind(node.target, value, node.value)
        return True

    def _return(self, node: ast.Return) -> bool:
        value = self.evaluate(node.value) if node.value is not None else NONE
        self.record_returned(node, value)
        self.frame.returned.append((value, self.save()))
        return False

    def _raise(self, node: ast.Raise) -> bool:
        if node.exc is not None:
            with self.raising():
                self.evaluate(node.exc)
        return False

    def _leave_loop(self, node: ast.Break | ast.Continue) -> bool:
        if self.frame.loop_exits:
            self.frame.loop_exits[-1].append(self.save())
        return False

    def _if(self, node: ast.If) -> bool:
        ends: list[State] = []
        while True:
            self.evaluate_test(node.test, "check" if _only_raises(node) else "if")
            truth = self.truth_of(node.test)
            end = self._end_of_body(node) if truth is None else None
            if end is not None:
                ends.append(end)
            rest = node.body if truth else node.orelse
            # A chain of elif is nested as deep as it is long.
            if truth or len(rest) != 1 or not isinstance(rest[0], ast.If):
                break
            node = rest[0]
        if self.run(rest):
            ends.append(self.save())
        if not ends:
            return False
        self.merge(ends)
        return True

    def _end_of_body(self, node: ast.If) -> State | None:
        """Run the body of an `if`, then go back to where its test came out false. Returns the body's end."""
        before = self.save()
        when_false = guards_of(node.test, self.frame.names, holds=False)
        self.guards = (*self.guards, *guards_of(node.test, self.frame.names, holds=True))
        self.narrow(node.test, holds=True)
        selections, strided, single = self.selections, self.strided_loops, self.single_turns
        self.selections = {**selections, **self.selected_by(node.test)}
        self.strided_loops = strided | self.strided_by(node.test)
        self.single_turns = single | self._loops_filling(filled_by(node))
        with self.raising() if _always_raises(node.body) else nullcontext():
            end = self.save() if self.run(node.body) else None
        self.selections, self.strided_loops, self.single_turns = selections, strided, single
        self.restore(before)
        self.guards = (*self.guards, *when_false)
        self.narrow(node.test, holds=False)
        return end

    def _loops_filling(self, names: frozenset[str]) -> frozenset[int]:
        """The loops whose turns assign none of these names but where it is None, so that one turn does at most."""
        return frozenset(loop for loop, filled in self.frame.filled.items() if not names.isdisjoint(filled))

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        iterated = self.evaluate(node.iter)
        self.record_loop(node.iter, iterated, "for")
        loop = self.new_loop(node)
        element, at_most_once = self.element_of(iterated, loop, node.iter)
        if _counts_in_steps(node.iter):
            self.strided_loops = self.strided_loops | {loop}

        def turn() -> None:
            self.bind(node.target, element, node.iter)

        return self._loop(node.body, node.orelse, None if at_most_once else loop, turn)

    def _while(self, node: ast.While) -> bool:
        loop = self.new_loop(node)
        endless = isinstance(node.test, ast.Constant) and bool(node.test.value)

        def turn() -> None:
            self.evaluate_test(node.test, "while")

        reached = self._loop(node.body, node.orelse, loop, turn)
        return reached or not endless

    def _loop(
        self, body: Sequence[ast.stmt], orelse: Sequence[ast.stmt], loop: int | None, turn: Callable[[], None]
    ) -> bool:
        before = self.save()
        if loop is not None and _leaves_in_first_turn(body):
            loop = None
            orelse = ()
        if loop is None:
            self.frame.loop_exits.append([])
            turn()
            ends = [self.save()] if self.run(body) else []
            ends += self.frame.loop_exits.pop()
        else:
            ends = self._turns(body, loop, turn, before)
        self.merge([before, *ends])
        return self.run(orelse)

    def _turns(
        self, body: Sequence[ast.stmt], loop: int, turn: Callable[[], None], before: State
    ) -> list[State]:
        known = self._names_of_bodies.get(id(body))
        if known is None:
            known = assigned_names(body), changed_lists(body), filled_names(body)
            self._names_of_bodies[id(body)] = known
        carried, self.changed_lists[loop], self.frame.filled[loop] = known
        if self.is_uncertain_here():
            self.uncertain_loops = self.uncertain_loops | {loop}
        self.loops = (*self.loops, loop)
        ends: list[State] = []
        # Turns inside of turns double the work with each level; deep inside a second one tells nothing.
        for _ in range(2 if len(self.loops) <= LEVELS_RUN_TWICE else 1):
            self._widen(carried, loop)
            # Both runs stand for the same turn: what one used must not count for the other.
            self.uses = dict(before.uses)
            self.frame.loop_exits.append([])
            turn()
            ends = [self.save()] if self.run(body) else []
            ends += self.frame.loop_exits.pop()
            self.merge([before, *ends])
        self.loops = self.loops[:-1]
        return ends

    def _widen(self, carried: frozenset[str], loop: int) -> None:
        names = self.frame.names
        for name in carried:
            if name in names:
                names[name] = _carried(without_rank(names[name]) if self.knows_ranks else names[name], loop)

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        for item in node.items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.bind(
                    item.optional_vars,
                    value if not isinstance(value, Constant) else UNKNOWN,
                    item.context_expr,
                )
        return self.run(node.body)

    def _try(self, node: ast.Try) -> bool:
        before = self.save()

        def body() -> bool:
            tensor_calls = self.tensor_calls
            reached = self.run(node.body)
            self.record_try(node, tensor_calls)
            return reached and self.run(node.orelse)

        def handled(handler: ast.ExceptHandler) -> Callable[[], bool]:
            def run() -> bool:
                for name in assigned_names(node.body) & self.frame.names.keys():
                    self.frame.names[name] = without_rank(self.frame.names[name])
                if handler.name:
                    self.frame.names[handler.name] = UNKNOWN
                return self.run(handler.body)

            return run

        reached = self.branches((body, *(handled(handler) for handler in node.handlers)))
        if not reached:
            self.restore(before)
            self.run(node.finalbody)
            return False
        return self.run(node.finalbody)

    def _match(self, node: ast.Match) -> bool:
        subject = self.evaluate(node.subject)

        def case(one: ast.match_case) -> Callable[[], bool]:
            def run() -> bool:
                self._bind_pattern(one.pattern, subject)
                if one.guard is not None:
                    self.evaluate_test(one.guard, "if")
                return self.run(one.body)

            return run

        runs = [case(one) for one in node.cases]
        last = node.cases[-1]
        if last.guard is not None or not (
            isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
        ):
            runs.append(lambda: True)
        return self.branches(runs)

    def _bind_pattern(self, pattern: ast.pattern, subject: Value) -> None:
        for node in ast.walk(pattern):
            if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                whole = node is pattern and isinstance(node, ast.MatchAs) and node.pattern is None
                self.frame.names[node.name] = subject if whole else self.derived_from((subject,))

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        self.frame.names[node.name] = self.closure(node)
        return True

    def _forget(self, node: ast.Delete) -> bool:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.frame.names.pop(target.id, None)
            elif isinstance(target, ast.Attribute) and self.in_constructor:
                self.forget_attribute(target)
        return True

    def _assert(self, node: ast.Assert) -> bool:
        self.evaluate_test(node.test, "assert")
        return True

    def _local_import(self, node: ast.Import | ast.ImportFrom) -> bool:
        self.import_names(node)
        return True

    def _local_class(self, node: ast.ClassDef) -> bool:
        self.frame.names[node.name] = UNKNOWN
        return True

    # The class's and not the object's, as those of expressions are.
    _statement_handlers: ClassVar[Mapping[type[ast.stmt], Callable[..., bool]]] = {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Break: _leave_loop,
        ast.Continue: _leave_loop,
        ast.If: _if,
        ast.For: _for,
        ast.AsyncFor: _for,
        ast.While: _while,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Try: _try,
        ast.Match: _match,
        ast.FunctionDef: _define,
        ast.AsyncFunctionDef: _define,
        ast.Delete: _forget,
        ast.Assert: _assert,
        ast.Import: _local_import,
        ast.ImportFrom: _local_import,
        ast.ClassDef: _local_class,
    }


def _counts_in_steps(iterated: ast.expr) -> bool:
    """Whether a loop runs over `range(start, stop, step)`."""
    match iterated:
        case ast.Call(func=ast.Name(id="range"), args=[_, _, step]):
            return not (isinstance(step, ast.Constant) and step.value == 1)
        case _:
            return False


def _only_raises(node: ast.If) -> bool:
    """Whether an `if` only guards against wrong input."""
    return isinstance(node.body[-1], ast.Raise) and not node.orelse


def _always_raises(body: Sequence[ast.stmt]) -> bool:
    """Whether a model that goes on has not been here."""
    if not isinstance(body[-1], ast.Raise):
        return False
    leaves = (ast.Return, ast.Break, ast.Continue)
    return not any(isinstance(node, leaves) for statement in body for node in ast.walk(statement))


def _leaves_in_first_turn(body: Sequence[ast.stmt]) -> bool:
    """Whether a loop's body always ends the loop."""
    if not isinstance(body[-1], (ast.Return, ast.Break, ast.Raise)):
        return False
    return not any(isinstance(node, ast.Continue) for statement in body for node in ast.walk(statement))


def _join_into(mine: dict[K, Value], others: dict[K, Value]) -> None:
    for key, value in others.items():
        known = mine.get(key)
        if known is None:
            mine[key] = value
        elif known is not value:
            mine[key] = join(known, value)


def _carried(value: Value, loop: int) -> Value:
    """A value that a turn of the loop may have changed before the next one reads it."""
    loops = frozenset((loop,))
    if isinstance(value, Constant):
        return Unknown(("carried", loop, repr(value.value)), loops)
    if isinstance(value, (Number, Unknown, Instance)):
        return varying(value, loops)
    if isinstance(value, Either):
        parts = [_carried(part, loop) for part in alternatives(value)]
        joined = parts[0]
        for part in parts[1:]:
            joined = join(joined, part)
        return joined
    return value


def _as_load(target: ast.expr) -> ast.expr:
    return target
