"""Lists, dictionaries, comprehensions, functions in expressions, and the binding of names."""

from __future__ import annotations

import ast
from collections.abc import Generator, Hashable, Sequence
from contextlib import contextmanager

from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    UNKNOWN,
    Closure,
    Constant,
    Container,
    Either,
    Loops,
    Value,
    alternatives,
    certainty,
    join,
)


class Displays(Tracing):
    """Displays and names."""

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        kind = type(node).__name__.lower()
        place, loops = self.place(node), frozenset(self.loops)
        if not any(isinstance(element, ast.Starred) for element in node.elts):
            return Container(kind, place, tuple(map(self.evaluate, node.elts)), created_in=loops)
        container = Container(kind, place, (), created_in=loops)
        for element in node.elts:
            if isinstance(element, ast.Starred):
                container = self.extended(container, self.evaluate(element.value))
            elif container.items is not None:
                container = _with_item(container, self.evaluate(element))
            else:
                value = self.evaluate(element)
                before = container.element
                joined = value if before is None else join(before, value)
                container = Container(kind, container.identity, None, None, joined, container.created_in)
        return container

    def _dictionary(self, node: ast.Dict) -> Value:
        items: list[Value] = []
        keys: list[Hashable] = []
        open_ended = False
        for key, element in zip(node.keys, node.values, strict=True):
            value = self.evaluate(element)
            if key is None:
                open_ended = True
                items.append(value)
                continue
            name = self.evaluate(key)
            if not isinstance(name, Constant):
                open_ended = True
            items.append(value)
            keys.append(name.value if isinstance(name, Constant) else None)
        place, loops = self.place(node), frozenset(self.loops)
        if open_ended:
            element = self.any_element(Container("dict", place, tuple(items)))
            return Container("dict", place, None, None, element if items else None, loops)
        return Container("dict", place, tuple(items), tuple(keys), None, loops)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> Value:
        kind = "dict" if isinstance(node, ast.DictComp) else "list"
        element = node.value if isinstance(node, ast.DictComp) else node.elt
        outer = set(self.frame.names)
        with self._inside(node.generators):
            if isinstance(node, ast.DictComp):
                self.evaluate(node.key)
            value = self.evaluate(element)
        for name in set(self.frame.names) - outer:
            del self.frame.names[name]
        return Container(kind, self.place(node), None, None, value, frozenset(self.loops))

    @contextmanager
    def _inside(self, generators: Sequence[ast.comprehension]) -> Generator[Loops, None, None]:
        before, guards = self.loops, self.guards
        for generator in generators:
            iterated = self.evaluate(generator.iter)
            self.record_loop(generator.iter, iterated, "for")
            loop = self.new_loop(generator)
            element, at_most_once = self.element_of(iterated, loop, generator.iter)
            if not at_most_once:
                if self.is_uncertain_here():
                    self.uncertain_loops = self.uncertain_loops | {loop}
                self.loops = (*self.loops, loop)
            self.bind(generator.target, element, generator.iter)
            for test in generator.ifs:
                self.evaluate_asked(test, "if")
                self.narrow(test, holds=True)
        try:
            yield frozenset(self.loops)
        finally:
            self.loops, self.guards = before, guards

    def _lambda(self, node: ast.Lambda) -> Value:
        return self.closure(node)

    def closure(self, node: ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef) -> Closure:
        frame = self.frame
        return Closure(node, frame.piece, self.path, frame.names, frame.function, frame.receiver)

    def bind(self, target: ast.expr, value: Value, source: ast.expr) -> None:
        match target:
            case ast.Name():
                self.frame.names[target.id] = value
            case ast.Attribute():
                self.assign_attribute(target, value, source)
            case ast.Tuple() | ast.List():
                self._unpack(target, value, source)
            case ast.Starred():
                self.bind(target.value, self.derived_from((value,)) if certainty(value) else UNKNOWN, source)
            case ast.Subscript():
                self.evaluate(target.value)
                self.evaluate(target.slice)
                self.assign_item(target, value)
            case _:
                return

    def _unpack(self, target: ast.Tuple | ast.List, value: Value, source: ast.expr) -> None:
        sources: Sequence[ast.expr] = ()
        if isinstance(source, (ast.Tuple, ast.List)) and len(source.elts) == len(target.elts):
            sources = source.elts
        starred = next(
            (index for index, part in enumerate(target.elts) if isinstance(part, ast.Starred)), None
        )
        if starred is None:
            value = _of_length(value, len(target.elts))
        for index, part in enumerate(target.elts):
            if starred is not None and index >= starred:
                rest = self._rest(value, index, len(target.elts)) if index == starred else UNKNOWN
                self.bind(part.value if isinstance(part, ast.Starred) else part, rest, source)
            else:
                self.bind(part, self.element_at(value, index, part), sources[index] if sources else source)

    def _rest(self, value: Value, start: int, count: int) -> Value:
        if isinstance(value, Container) and value.items is not None and value.element is None:
            after = count - start - 1
            return Container(
                "list", value.identity, value.items[start : len(value.items) - after], None, None
            )
        return self.derived_from((value,))


def _of_length(value: Value, count: int) -> Value:
    """What is left of several values when as many names take one apart."""
    fitting = [
        part
        for part in alternatives(value)
        if not isinstance(part, Container) or part.items is None or len(part.items) == count
    ]
    return Either(tuple(fitting)) if len(fitting) > 1 else fitting[0] if fitting else value


def _with_item(container: Container, value: Value) -> Container:
    items = (*(container.items or ()), value)
    return Container(container.kind, container.identity, items, None, container.element, container.created_in)
