"""Which path a statement is on: conditions that hold there, and what was used on the way."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from torchready.facts.declarations import SourceFunction
from torchready.facts.events import Site
from torchready.facts.values import Constant, Unknown, Value, on_some_paths, parts_of
from torchready.syntax import Piece
from torchready.torch_api.onnx import EXPORTERS, Exporter

# Questions whose answer is known while a model is traced or exported, in eval mode.
FALSE_WHEN_TRACED = frozenset({"is_scripting", "training"})
TRUE_WHEN_TRACED = frozenset(
    {
        "is_tracing",
        "is_in_onnx_export",
        "is_exporting",
        "is_compiling",
        "is_dynamo_compiling",
        "is_torchdynamo_compiling",
        "is_torchdynamo_exporting",
        "is_fx_tracing",
        "is_jit_tracing",
        "_get_tracing_state",
    }
)
# Of these, what is false while the exporter on TorchScript traces.
ASKS_FOR_DYNAMO = frozenset({"is_dynamo_compiling", "is_torchdynamo_compiling", "is_torchdynamo_exporting"})
CHANGES_LIST = frozenset({"append", "extend", "insert", "update", "pop", "remove", "clear", "setdefault"})
ALL_EXPORTERS: frozenset[Exporter] = frozenset(EXPORTERS)
ASKS_FOR_TRACING = (TRUE_WHEN_TRACED | FALSE_WHEN_TRACED) - {"training"}
# What stands first in the subjects of guards that are such questions.
QUESTION = "asks for tracing"


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that holds on a path: `subject` is true or false, or one of some constants or none of them."""

    subject: Hashable
    holds: bool
    constants: frozenset[Hashable] = frozenset()
    compares: bool = False

    def contradicts(self, other: Guard) -> bool:
        if self.subject != other.subject or self.compares != other.compares:
            return False
        if not self.compares:
            return self.holds != other.holds
        if self.holds and other.holds:
            return self.constants.isdisjoint(other.constants)
        if self.holds:
            return self.constants <= other.constants
        return other.holds and other.constants <= self.constants


Guards: TypeAlias = tuple[Guard, ...]


def exclusive(first: Guards, second: Guards) -> bool:
    """Whether no path has both sets of conditions."""
    return any(one.contradicts(other) for one in first for other in second)


@dataclass(frozen=True, slots=True)
class Use:
    """One call of a module, and the conditions under which it runs."""

    site: Site
    guards: Guards


def with_use(uses: tuple[Use, ...], use: Use) -> tuple[Use, ...]:
    """One use more, unless an earlier one runs on every path that reaches it: that one tells as much."""
    for known in uses:
        if use.guards[: len(known.guards)] == known.guards:
            return uses
    return (*uses, use)


def merged_uses(first: tuple[Use, ...], second: tuple[Use, ...]) -> tuple[Use, ...]:
    """The uses of two paths that meet; most of them stem from before the paths parted."""
    shared = 0
    for one, other in zip(first, second, strict=False):
        if one is not other:
            break
        shared += 1
    mine = first[shared:]
    return (*first, *(use for use in second[shared:] if use not in mine))


@dataclass(slots=True)
class Frame:
    """A function that is being interpreted: its names and where they come from."""

    names: dict[str, Value]
    piece: Piece
    function: SourceFunction | None
    receiver: Value | None = None
    is_nested: bool = False
    guards_at_start: int = 0
    # Whether a trace goes into the function; None until somebody asked.
    is_traced: bool | None = None
    returned: list[tuple[Value, State]] = field(default_factory=list["tuple[Value, State]"])
    loop_exits: list[list[State]] = field(default_factory=list["list[State]"])
    # Names that the turns of a loop assign only where they are None.
    filled: dict[int, frozenset[str]] = field(default_factory=dict[int, "frozenset[str]"])
    # Names that were None on the path without an argument: which one, and the value they had where paths met.
    none_without: dict[str, tuple[str, Value]] = field(default_factory=dict[str, "tuple[str, Value]"])


@dataclass(slots=True)
class State:
    """What differs from path to path. `attributes` are those of objects, assigned on this path."""

    names: dict[str, Value]
    attributes: dict[tuple[Hashable, str], Value]
    uses: dict[Hashable, tuple[Use, ...]]
    guards: Guards


def answer_to(question: str) -> Unknown:
    """The answer to one of these questions, which keeps what was asked: `training = self.training`."""
    return Unknown((QUESTION, question))


def guards_of(test: ast.expr, names: Mapping[str, Value], *, holds: bool) -> Guards:
    """What is known on the path where `test` came out as `holds`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return guards_of(test.operand, names, holds=not holds)
    if isinstance(test, ast.BoolOp):
        return _guards_of_all(test, names, holds)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        return _comparison_guards(test, names, holds)
    subject = _subject(test, names)
    return (Guard(subject, holds),) if subject is not None else ()


def _guards_of_all(test: ast.BoolOp, names: Mapping[str, Value], holds: bool) -> Guards:
    if isinstance(test.op, ast.And) is not holds:
        return ()
    return tuple(guard for value in test.values for guard in guards_of(value, names, holds=holds))


def _comparison_guards(test: ast.Compare, names: Mapping[str, Value], holds: bool) -> Guards:
    subject = _subject(test.left, names)
    right = test.comparators[0]
    if subject is None:
        return ()
    operator = test.ops[0]
    if isinstance(right, ast.Constant) and isinstance(operator, (ast.Eq, ast.Is, ast.NotEq, ast.IsNot)):
        equal = isinstance(operator, (ast.Eq, ast.Is))
        return (Guard(subject, holds is equal, frozenset((right.value,)), compares=True),)
    members = _constants_of(right)
    if members is not None and isinstance(operator, (ast.In, ast.NotIn)):
        return (Guard(subject, holds is isinstance(operator, ast.In), members, compares=True),)
    other = _subject(right, names)
    if other is None:
        return ()
    opposite: dict[type[ast.cmpop], str] = {
        ast.NotIn: "In",
        ast.GtE: "Lt",
        ast.LtE: "Gt",
        ast.NotEq: "Eq",
        ast.IsNot: "Is",
    }
    kind = opposite.get(type(operator))
    if kind is not None:
        return (Guard((kind, subject, other), not holds),)
    return (Guard((type(operator).__name__, subject, other), holds),)


def _constants_of(expression: ast.expr) -> frozenset[Hashable] | None:
    """What a tuple, list or set of constants holds."""
    if not isinstance(expression, (ast.Tuple, ast.List, ast.Set)):
        return None
    values = [part.value for part in expression.elts if isinstance(part, ast.Constant)]
    return frozenset[Hashable](values) if len(values) == len(expression.elts) else None


def _subject(expression: ast.expr, names: Mapping[str, Value]) -> Hashable | None:
    """A key equal for two expressions that have the same value on one path; None when there is no telling."""
    match expression:
        case ast.Constant():
            return ("constant", repr(expression.value))
        case ast.Name():
            value = names.get(expression.id)
            if isinstance(value, Unknown) and parts_of(value.label)[:1] == (QUESTION,):
                return value.label
            # The identity of the value tells an earlier meaning of the name from a later one.
            return ("name", expression.id, id(value))
        case ast.Attribute():
            below = _subject(expression.value, names)
            return None if below is None else ("attribute", below, expression.attr)
        case ast.Call(func=ast.Name(id=question) | ast.Attribute(attr=question)) if (
            question in ASKS_FOR_TRACING
        ):
            return (QUESTION, question)
        case ast.Call(func=ast.Name(id="isinstance" | "hasattr" | "len" | "getattr" | "callable")):
            parts = [_subject(argument, names) for argument in expression.args]
            return None if None in parts else ("call", expression.func.id, *parts)  # type: ignore[union-attr]
        case ast.Call(func=ast.Attribute(attr="dim" | "size")):
            parts = [_subject(argument, names) for argument in [expression.func, *expression.args]]
            return None if None in parts else ("call", *parts)
        case ast.Subscript():
            parts = [_subject(expression.value, names), _subject(expression.slice, names)]
            return None if None in parts else ("subscript", *parts)
        case ast.Compare():
            parts = [_subject(part, names) for part in [expression.left, *expression.comparators]]
            kinds = tuple(type(operator).__name__ for operator in expression.ops)
            return None if None in parts else ("compare", kinds, *parts)
        case ast.BinOp():
            parts = [_subject(expression.left, names), _subject(expression.right, names)]
            return None if None in parts else (type(expression.op).__name__, *parts)
        case ast.Tuple() | ast.List() | ast.Set():
            parts = [_subject(part, names) for part in expression.elts]
            return None if None in parts else ("sequence", *parts)
        case _:
            return None


def shared_guards(states: Sequence[State]) -> Guards:
    """The conditions that hold on all of several paths."""
    first = states[0].guards
    others = [state.guards for state in states[1:]]
    # Paths that part have what was before in common, as the same objects.
    shared = min((_shared_length(first, other) for other in others), default=len(first))
    return (*first[:shared], *(one for one in first[shared:] if all(one in other for other in others)))


def _shared_length(first: Guards, second: Guards) -> int:
    length = 0
    for one, other in zip(first, second, strict=False):
        if one is not other:
            break
        length += 1
    return length


def excludes_tracing(guard: Guard) -> bool:
    """Whether a trace never comes where this holds: `if not torch.jit.is_tracing():`."""
    if guard.compares:
        return False
    parts = parts_of(guard.subject)
    if not parts or parts[0] not in (QUESTION, "attribute"):
        return False
    if parts[-1] in FALSE_WHEN_TRACED:
        return guard.holds
    return parts[-1] in TRUE_WHEN_TRACED and not guard.holds


def exporters_at(guards: Guards) -> frozenset[Exporter]:
    """The exporters to ONNX that come where these hold.

    `if not is_torchdynamo_exporting():` keeps out the one on torch.export only.
    """
    out = [guard for guard in guards if excludes_tracing(guard)]
    if not out:
        return ALL_EXPORTERS
    only_dynamo = all(parts_of(guard.subject)[-1] in ASKS_FOR_DYNAMO for guard in out)
    return frozenset(("torchscript",)) if only_dynamo else frozenset()


def as_traced(states: Sequence[State]) -> Sequence[State]:
    """The states in which paths meet: what only a path without a trace makes a tensor is none to a trace.

    `skip = False`, and then `if self.training: skip = torch.rand(()) < 0.1`.
    """
    if len(states) == 1:
        return states
    traced = [not any(map(excludes_tracing, state.guards)) for state in states]
    if all(traced) or not any(traced):
        return states
    known = next(state for state, is_traced in zip(states, traced, strict=True) if is_traced)
    return [
        state if is_traced else replace(state, names=_unlike_tensors(state.names, known.names))
        for state, is_traced in zip(states, traced, strict=True)
    ]


def _unlike_tensors(names: Mapping[str, Value], traced: Mapping[str, Value]) -> dict[str, Value]:
    return {
        name: on_some_paths(value) if isinstance(traced.get(name), Constant) else value
        for name, value in names.items()
    }


def assigned_names(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """The local names that statements bind, those in nested blocks included, in nested functions not."""
    found: set[str] = set()
    pending: list[ast.AST] = list(statements)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        pending.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def filled_names(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """The local names that statements bind only where they are None, and not to None."""
    filled: set[str] = set()
    others: set[str] = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = [(one, frozenset[str]()) for one in statements]
    while pending:
        node, missing = pending.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                others.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                (filled if name in missing else others).add(name)
            case ast.Assign(value=ast.Constant(value=None)):
                others.update(assigned_names([node]))
            case ast.If():
                pending.append((node.test, missing))
                pending += ((one, missing | _none_where(node.test)) for one in node.body)
                pending += ((one, missing) for one in node.orelse)
            case _:
                pending += ((one, missing) for one in ast.iter_child_nodes(node))
    return frozenset(filled - others)


def filled_by(node: ast.If) -> frozenset[str]:
    """The names that an `if` asks to be None and binds then: `if cached is None: cached = ...`."""
    missing = _none_where(node.test)
    if not missing:
        return missing
    bound = (one for one in node.body if isinstance(one, (ast.Assign, ast.AnnAssign)))
    return missing & assigned_names(list(bound))


def _none_where(test: ast.expr) -> frozenset[str]:
    """The names that are None where a test holds."""
    match test:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return frozenset((name,))
        case ast.BoolOp(op=ast.And()):
            return frozenset[str]().union(*map(_none_where, test.values))
        case _:
            return frozenset()


def changed_lists(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """The local names of lists that statements make longer or shorter."""
    return frozenset(
        node.func.value.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.attr in CHANGES_LIST
    )
