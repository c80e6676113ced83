"""What goes into a forward and comes out of it that is no tensor."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from torchready.facts.classes import lineage
from torchready.facts.declarations import SourceFunction
from torchready.facts.events import BoundaryCrossing
from torchready.facts.parameters import with_defaults
from torchready.facts.paths import Guard, State, assigned_names
from torchready.facts.tracing import Tracing
from torchready.facts.values import (
    NONE,
    ClassValue,
    Constant,
    Container,
    Either,
    Number,
    Plain,
    Tensor,
    Value,
    certainty,
    parts_of,
)

# A trace passes its inputs by position.
BY_NAME_ONLY = "an argument by name only"
A_DICTIONARY = "a dictionary"
NONE_WITHOUT = "None where `{}` is not given"
NUMBERS = frozenset({"int", "float", "bool", "complex"})


class Boundary(Tracing):
    """Records of what a model is given and returns."""

    def note_missing(self, states: Sequence[State]) -> None:
        """Where paths of the forward meet: names that are None where one argument is not given, else tensors."""
        if self.frame.function is not self.entry or len(self.stack) != 1:
            return
        for state in states:
            own = [guard for guard in state.guards if guard not in self.guards]
            parameter = _missing_argument(own)
            if parameter is None:
                continue
            for name, value in state.names.items():
                after = self.frame.names[name]
                if value == NONE and isinstance(after, Tensor):
                    self.frame.none_without[name] = (parameter, after)

    def _holds_tensors_only(self, place: ast.expr, value: Value) -> bool:
        match value:
            case Container("dict", _, tuple() as items) if value.element is None:
                written = place.values if isinstance(place, ast.Dict) else []
                is_whole = not any(map(self._missing_for, written))
                return is_whole and all(certainty(item) is not None for item in items)
            case _:
                return False

    def _missing_for(self, part: ast.expr) -> str | None:
        """The parameter without which a name is None, that a trace and an export leave out."""
        if not isinstance(part, ast.Name) or self.frame.function is None:
            return None
        parameter, value = self.frame.none_without.get(part.id, ("", None))
        if value is None or self.frame.names.get(part.id) is not value:
            return None
        if any(_asks_about(guard, (part.id, parameter)) for guard in self.guards):
            return None
        node = self.frame.function.node
        is_optional = any(
            one.arg == parameter and isinstance(default, ast.Constant) and default.value is None
            for one, default in with_defaults(node.args)
        )
        return parameter if is_optional and parameter not in assigned_names(node.body) else None

    def record_returned(self, node: ast.Return, value: Value) -> None:
        """A `return` of the forward that a model is entered through."""
        if self.frame.function is not self.entry or self.frame.is_nested or len(self.stack) != 1:
            return
        place = node.value if node.value is not None else _word(node, "return")
        if not self.counts_here():
            return
        for what, part in self._strange_parts(place, value):
            holds_tensors = part is place and self._holds_tensors_only(part, value)
            self.record(BoundaryCrossing(self.site(part), what, "output", holds_tensors=holds_tensors))
        output = self._kind_of_mapping(place, value)
        if output is not None:
            self.record(BoundaryCrossing(self.site(place), output, "output", is_known_to_export=True))

    def _strange_parts(self, place: ast.expr, value: Value) -> Iterator[tuple[str, ast.expr]]:
        if _is_list_of_dictionaries(value):
            yield "a list of dictionaries", place
            return
        if isinstance(value, Container) and value.kind in ("tuple", "list") and value.items is not None:
            written = place.elts if isinstance(place, (ast.Tuple, ast.List)) else []
            parts = written if len(written) == len(value.items) else [place] * len(value.items)
            for part, item in zip(parts, value.items, strict=True):
                yield from self._strange_parts(part, item)
                if item == NONE:
                    yield "None", part
                missing = self._missing_for(part)
                if missing is not None:
                    yield NONE_WITHOUT.format(missing), part
            return
        what = self._kind_of_output(place, value)
        if what is None and isinstance(value, Either):
            what = self._kind_of_all(place, value)
        if what is not None:
            yield what, place

    def _kind_of_all(self, place: ast.expr, value: Either) -> str | None:
        """What a value is that is no tensor on any path: a dictionary in training, a list of them otherwise."""
        parts = [part for part in value.alternatives if not _is_empty(part)]
        kinds = [next((kind for kind, _ in self._strange_parts(place, part)), None) for part in parts]
        if None in kinds:
            return None
        return " or ".join(dict.fromkeys(filter(None, kinds))) or None

    def _kind_of_output(self, place: ast.expr, value: Value) -> str | None:
        match value:
            case Container(kind="dict"):
                return A_DICTIONARY
            case Constant(str()) | Constant(bytes()):
                return "a text"
            case Constant(bool() | int() | float()) | Number():
                return "a Python number"
            case _:
                return self._kind_of_object(place, value)

    def _kind_of_mapping(self, place: ast.expr, value: Value) -> str | None:
        """An object of a class that is a dictionary, wherever it stands."""
        found = value
        if isinstance(value, Plain):
            found = ClassValue(value.source)
        elif isinstance(place, ast.Call) and isinstance(place.func, ast.Name):
            found = self.lookup(place.func.id)
        if not isinstance(found, ClassValue) or not lineage(self.project, found.source).is_dictionary:
            return None
        return f"an object of class {found.source.name}"

    def _kind_of_object(self, place: ast.expr, value: Value) -> str | None:
        """An object of a class of the file's own."""
        if isinstance(value, Plain):
            return self.name_of_object(ClassValue(value.source))
        if isinstance(place, ast.Call) and isinstance(place.func, ast.Name):
            return self.name_of_object(self.lookup(place.func.id))
        return None

    def record_inputs(self, function: SourceFunction) -> None:
        """The parameters of a model's forward that must be given and are annotated as something else than tensors."""
        for parameter, default in with_defaults(function.node.args):
            if default is not None:
                continue
            what = self._kind_of_input(parameter.annotation)
            if parameter in function.node.args.kwonlyargs:
                what = BY_NAME_ONLY
            if what is not None:
                self.record(BoundaryCrossing(self.site(_name_of(parameter)), what, "input"))

    def _kind_of_input(self, annotation: ast.expr | None) -> str | None:
        if not isinstance(annotation, ast.Name):
            return None
        if annotation.id in NUMBERS:
            return "a Python number"
        if annotation.id == "str":
            return "a text"
        return self.name_of_object(self.lookup(annotation.id))

    def name_of_object(self, value: Value) -> str | None:
        """What objects of a class are, None where tracing knows how to look into them."""
        if not isinstance(value, ClassValue) or value.source.path != self.home:
            return None
        node = value.source.node
        if node is None or node.bases:
            return None
        return f"an object of class {value.source.name}"


def _missing_argument(guards: Sequence[Guard]) -> str | None:
    """The name that is None on a path, when nothing else decides that the path is taken."""
    if len(guards) != 1:
        return None
    (guard,) = guards
    parts = parts_of(guard.subject)
    is_none = guard.holds and guard.compares and guard.constants == frozenset((None,))
    return str(parts[1]) if is_none and parts[:1] == ("name",) else None


def _asks_about(guard: Guard, names: tuple[str, ...]) -> bool:
    pending = [guard.subject]
    for part in pending:
        parts = parts_of(part)
        if parts[:1] == ("name",) and parts[1] in names:
            return True
        pending += parts
    return False


def _is_empty(value: Value) -> bool:
    """Whether this is a list or dictionary that the code starts with, in case nothing comes into it."""
    return (
        isinstance(value, Container) and not value.items and value.items is not None and value.element is None
    )


def _is_list_of_dictionaries(value: Value) -> bool:
    element = value.element if isinstance(value, Container) and value.kind == "list" else None
    return isinstance(element, Container) and element.kind == "dict"


def _word(node: ast.stmt, word: str) -> ast.expr:
    name = ast.copy_location(ast.Name(word, ast.Load()), node)
    name.end_lineno, name.end_col_offset = node.lineno, node.col_offset + len(word)
    return name


def _name_of(parameter: ast.arg) -> ast.expr:
    name = ast.copy_location(ast.Name(parameter.arg, ast.Load()), parameter)
    name.end_lineno = parameter.lineno
    name.end_col_offset = parameter.col_offset + len(parameter.arg.encode())
    return name
