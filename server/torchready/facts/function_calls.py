"""Goes into functions of the workspace, where it matters."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from torchready.facts.arguments import Arguments, carries_module, summary_of
from torchready.facts.core import RUNS_ARGUMENT
from torchready.facts.declarations import SourceClass, SourceFunction
from torchready.facts.parameters import annotated, bound_arguments
from torchready.facts.paths import Frame, State
from torchready.facts.relevance import BUILDING_WORDS, NEVER_BUILDS, relevant_names
from torchready.facts.returned import Returned
from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    LIKELY_TENSOR,
    NONE,
    UNKNOWN,
    Closure,
    Constant,
    Container,
    Either,
    FunctionValue,
    Instance,
    Unknown,
    Value,
    alternatives,
    join,
)

MAXIMUM_DEPTH = 12
IMPORTS_BY_NAME = frozenset({"import_module", "__import__"})


class FunctionCalls(Tracing):
    """Calls of functions."""

    def _call_function(self, callee: FunctionValue, arguments: Arguments, node: ast.Call) -> Value:
        source = callee.source
        if callee.receiver is None and source.owner is None and not carries_module(arguments):
            self.hand_over(arguments.all())
            is_foreign = source.path != self.home and source.name not in RUNS_ARGUMENT
            is_unused = self.is_test or node is self.discarded
            if is_foreign and self._imports_by_name(source, arguments):
                return self._pure_call(source, arguments, node)
            if is_foreign and (not self.in_constructor or is_unused or self._is_other_package(source)):
                return self._declared_result(source, arguments, node)
            found = self._pure_call(source, arguments, node)
            if not isinstance(found, Unknown) or not self.in_constructor:
                return found
            declared = self._declared_result(source, arguments, node)
            return declared if isinstance(declared, Instance) else found
        if callee.receiver is not None and self._is_irrelevant(callee, arguments):
            self.hand_over(arguments.all())
            return self._declared_result(source, arguments, node)
        chain = self.chain
        self.chain = (*chain, (id(self.frame.piece), node.lineno, node.col_offset))
        value = self.invoke(source, callee.receiver, arguments)
        self.chain = chain
        return value

    def _call_closure(self, callee: Closure, arguments: Arguments, node: ast.Call) -> Value:
        chain = self.chain
        self.chain = (*chain, (id(self.frame.piece), node.lineno, node.col_offset))
        value = self.invoke_closure(callee, arguments)
        self.chain = chain
        return value

    def _is_other_package(self, source: SourceFunction) -> bool:
        home, other = self.project.file(self.home), self.project.file(source.path)
        if home is None or other is None:
            return True
        return home.module.partition(".")[0] != other.module.partition(".")[0] and home.root != other.root

    def _imports_by_name(self, source: SourceFunction, arguments: Arguments) -> bool:
        """Whether a function may import the module whose name it is given: `optional_import("einops")`."""
        given = arguments.positional[0] if arguments.positional else None
        if not isinstance(given, Constant) or not isinstance(given.value, str):
            return False
        self.project.note_function(source)
        return not IMPORTS_BY_NAME.isdisjoint(source.piece.identifiers())

    def _declared_result(self, source: SourceFunction, arguments: Arguments, node: ast.Call) -> Value:
        """What a function of another file returns by its annotation, or what its inputs make likely.

        A module that a method gives may be one that exists; one that a plain function gives a constructor is new.
        """
        self.project.note_function(source)
        if source.node.returns is not None:
            outer, path = self.frame, self.path
            self.frame, self.path = Frame({}, source.piece, source), source.path
            value = annotated(self, source.node.returns, UNKNOWN)
            self.frame, self.path = outer, path
            is_new = self.in_constructor and source.owner is None
            if value is not UNKNOWN and (is_new or not self.modules_in(value)):
                return self._fresh(value, node)
        return self.derived_from(arguments.all())

    def _is_irrelevant(self, callee: FunctionValue, arguments: Arguments) -> bool:
        """Whether a method can neither run nor register modules of ours, nor call torch where we look."""
        source, receiver = callee.source, callee.receiver
        if source.name in NEVER_BUILDS and self.in_constructor:
            return True
        is_foreign = source.path != self.home
        if not isinstance(receiver, Instance):
            return is_foreign and not carries_module(arguments)
        if receiver.source is None or carries_module(arguments):
            return False
        project = self.project
        if not is_foreign and (
            project.records_operations or project.records_tracing or project.watches_signs
        ):
            return False
        self.project.note_function(source)
        return self._relevant_names(receiver.source).isdisjoint(source.piece.identifiers())

    def _relevant_names(self, source: SourceClass) -> frozenset[str]:
        """The words without which a method of an object of this class means nothing to us."""
        found = self._relevant.get(source)
        if found is None:
            project, home, in_constructor = self.project, self.home, self.in_constructor
            found = self._relevant[source] = project.memo.get(
                ("relevant", source, home, in_constructor),
                lambda: relevant_names(project, source, home, in_constructor=in_constructor),
                BUILDING_WORDS,
                is_summary=True,
            )
        return found

    def _pure_call(self, source: SourceFunction, arguments: Arguments, node: ast.Call) -> Value:
        """A plain function that is given no module: only what it returns matters here."""
        from torchready.facts.entries import returned_by

        if source.name in RUNS_ARGUMENT:
            return self._run_argument(arguments, node)
        simple = tuple(summary_of(value) for value in arguments.positional)
        keywords = tuple(sorted((key, summary_of(value)) for key, value in arguments.keywords.items()))
        self.project.memo.note(source.path, source.top_name)
        found = self.project.memo.get(
            ("returned", source, simple, keywords, self.in_constructor),
            lambda: returned_by(self, source, simple, keywords),
            Returned(self.derived_from(arguments.all())),
        )
        self.absorb_tracing(found.tracing)
        self.events.shown |= found.shown
        for call in found.on_parameters:
            self.events.functional_calls.setdefault(call.site.key, replace(call))
        return self._fresh(found.value, node)

    def _fresh(self, value: Value, node: ast.Call) -> Value:
        """A module that a function returns is a new one at each call."""
        if isinstance(value, Instance):
            return replace(
                value, identity=("built", self.place(node), value.identity), created_in=frozenset(self.loops)
            )
        if isinstance(value, Container):
            # Not what is in a container in it: one may hold another twice, and that one again.
            items = (
                None if value.items is None else tuple(self._fresh_part(item, node) for item in value.items)
            )
            element = None if value.element is None else self._fresh_part(value.element, node)
            return replace(value, identity=(self.place(node), value.identity), items=items, element=element)
        if isinstance(value, Either):
            return Either(tuple(self._fresh(part, node) for part in value.alternatives))
        if isinstance(value, Unknown):
            return Unknown(("call", self.place(node)), frozenset(self.loops))
        return value

    def _fresh_part(self, value: Value, node: ast.Call) -> Value:
        parts = alternatives(value)
        if not any(isinstance(part, Instance) for part in parts):
            return value
        fresh = tuple(self._fresh(part, node) if isinstance(part, Instance) else part for part in parts)
        return Either(fresh) if isinstance(value, Either) else fresh[0]

    def invoke(self, function: SourceFunction, receiver: Value | None, arguments: Arguments) -> Value:
        """Go into a function of the workspace."""
        if function in self.stack or len(self.stack) >= MAXIMUM_DEPTH or self.budget <= 0:
            return self.derived_from(
                (*arguments.all(), LIKELY_TENSOR) if receiver is not None else arguments.all()
            )
        self.budget -= 1
        function = self.project.current_function(function)
        self.project.note_function(function)
        self.events.visited.add(function)
        if self.knows_ranks:
            # It may put others into lists that the caller knows.
            self.hand_over([value for value in arguments.all() if isinstance(value, Container)])
        names = bound_arguments(self, function, receiver, arguments)
        frame = Frame(
            names, function.piece, function, receiver if receiver is not None else self.frame.receiver
        )
        frame.guards_at_start = len(self.guards)
        return self._run_frame(frame, function, function.node.body)

    def _run_frame(self, frame: Frame, function: SourceFunction | None, body: Sequence[ast.stmt]) -> Value:
        outer, path, stack, guards = self.frame, self.path, self.stack, self.guards
        asked = self.is_test, self.is_check
        self.is_test, self.is_check = False, False
        caller_names = outer.names
        before = self.save()
        self.frame = frame
        if function is not None:
            self.path, self.stack = function.path, (*self.stack, function)
        ends: list[State] = []
        values: list[Value] = []
        if self.run(body):
            ends.append(self.save())
            values.append(NONE)
        for value, state in frame.returned:
            values.append(value)
            ends.append(state)
        self.frame, self.path, self.stack = outer, path, stack
        self.is_test, self.is_check = asked
        if ends:
            self.merge(ends)
        else:
            self.restore(before)
        self.frame.names = caller_names
        self.guards = guards
        if not values:
            return UNKNOWN
        joined = values[0]
        for value in values[1:]:
            joined = join(joined, value)
        return joined

    def invoke_closure(self, closure: Closure, arguments: Arguments) -> Value:
        if self.budget <= 0 or len(self.stack) >= MAXIMUM_DEPTH:
            return self.derived_from(arguments.all())
        self.budget -= 1
        node = closure.node
        names = dict(closure.names)
        names.update(bound_arguments(self, node, None, arguments))
        frame = Frame(names, closure.piece, closure.function, closure.receiver, is_nested=True)
        path, self.path = self.path, closure.path
        if isinstance(node, ast.Lambda):
            value = self._run_frame(frame, None, [_returning(node.body)])
        else:
            # Without its own name, a function that calls itself ends here.
            names[node.name] = UNKNOWN
            value = self._run_frame(frame, None, node.body)
        self.path = path
        return value

    def annotated_value(self, annotation: ast.expr, otherwise: Value) -> Value:
        return annotated(self, annotation, otherwise)

    def import_names(self, node: ast.Import | ast.ImportFrom) -> None:
        """An import inside a function."""
        file = self.project.file(self.path)
        for alias in node.names:
            if isinstance(node, ast.Import):
                name = alias.asname or alias.name.partition(".")[0]
                self.frame.names[name] = self.project.module(alias.name if alias.asname else name, file)
            elif file is not None:
                module = self.project.module(file.absolute_module(node.module, node.level), file)
                found = self.attribute_of(module, alias.name)
                self.frame.names[alias.asname or alias.name] = found


def _returning(expression: ast.expr) -> ast.stmt:
    node = ast.Return(expression)
    return ast.copy_location(node, expression)
