"""From tensor arithmetic to a call of AIMET's module: `x + y` -> `self.add(x, y)`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torchready.finding import Edit, Range
from torchready.fixes.call_surgery import (
    COMMENT_LOST,
    UNREADABLE,
    Token,
    holds_comment,
    offsets_of,
    replace_callee,
    tokens_of,
    wrap_receiver,
)
from torchready.fixes.places import end_of, insertion, source_of, start_of
from torchready.fixes.refusal import Refusal
from torchready.text import Text
from torchready.torch_api.aimet import Operator
from torchready.torch_api.functionals import same_value
from torchready.torch_api.signature import RECEIVER, bind

Operation = ast.BinOp | ast.UnaryOp | ast.Compare | ast.Call | ast.AugAssign

NOT_IN_PLACE = "it changes its operand in place and AIMET's module does not: write it without in-place first"
NEW_TENSOR = "the tensor was changed in place and kept its type; the module returns a new one"
_NO_EXPRESSION = (ast.Yield, ast.YieldFrom, ast.NamedExpr)


@dataclass(frozen=True, slots=True)
class OperatorCall:
    """`moved` are the values that the constructor needs, `constructor` its arguments as source text."""

    edits: tuple[Edit, ...]
    constructor: str = ""
    moved: tuple[ast.expr, ...] = ()


def call_module(
    text: Text, node: Operation, operator: Operator, callee: str, *, receiver: bool
) -> OperatorCall | Refusal:
    """The edits that turn an operation into a call of `callee`."""
    if operator.note:
        return Refusal(operator.note)
    if isinstance(node, ast.AugAssign):
        return _augmented(text, node, callee)
    if operator.in_place:
        return Refusal(NOT_IN_PLACE)
    if isinstance(node, ast.BinOp):
        return _infix(text, node, node.left, node.right, operator, callee)
    if isinstance(node, ast.Compare):
        if len(node.ops) != 1:
            return Refusal("it compares a chain of values: compare two at a time")
        return _infix(text, node, node.left, node.comparators[0], operator, callee)
    if isinstance(node, ast.UnaryOp):
        return _prefix(text, node, callee)
    return _method(text, node, operator, callee) if receiver else _function(text, node, operator, callee)


def wanted_name(operator: Operator) -> str:
    """`add` for `+`, `cat` for torch.cat."""
    name = operator.spelling.rpartition(".")[2]
    return name.strip("_") if name.strip("_").isidentifier() else operator.op.lower()


def _infix(
    text: Text, node: ast.expr, left: ast.expr, right: ast.expr, operator: Operator, callee: str
) -> OperatorCall | Refusal:
    if _is_number(left) and not operator.number_first:
        return Refusal("AIMET's module wants a tensor first: write the operation the other way round")
    if isinstance(left, _NO_EXPRESSION) or isinstance(right, _NO_EXPRESSION):
        return UNREADABLE
    start, end = offsets_of(text, node)
    tokens = tokens_of(text, start, end)
    sign = _between(tokens, text.offset(end_of(text, left)), text.offset(start_of(text, right)))
    if sign is None:
        return UNREADABLE
    before = [token for token in tokens if not token.is_trivia and token.end <= sign.start][-1]
    cut = sign.start if holds_comment(tokens, before.end, sign.start) else before.end
    spaced = text.content[sign.end : sign.end + 1].isspace()
    return OperatorCall(
        (
            insertion(text.position(start), f"{callee}("),
            _replace(text, cut, sign.end, "," if spaced else ", "),
            insertion(text.position(end), ")"),
        )
    )


def _prefix(text: Text, node: ast.UnaryOp, callee: str) -> OperatorCall | Refusal:
    start, end = offsets_of(text, node)
    tokens = [token for token in tokens_of(text, start, end) if not token.is_trivia]
    if len(tokens) < 2 or holds_comment(tokens_of(text, start, end), start, tokens[1].start):
        return UNREADABLE
    edits = (_replace(text, start, tokens[1].start, f"{callee}("), insertion(text.position(end), ")"))
    return OperatorCall(edits)


def _augmented(text: Text, node: ast.AugAssign, callee: str) -> OperatorCall | Refusal:
    if not isinstance(node.target, ast.Name) or isinstance(node.value, _NO_EXPRESSION):
        return Refusal(NOT_IN_PLACE)
    start, end = text.offset(start_of(text, node)), text.offset(end_of(text, node))
    tokens = tokens_of(text, start, end)
    first = text.offset(start_of(text, node.value))
    sign = _between(tokens, text.offset(end_of(text, node.target)), first)
    after = next(
        (token for token in tokens if sign and token.start >= sign.end and not token.is_trivia), None
    )
    if sign is None or after is None:
        return UNREADABLE
    opening = f"= {callee}({source_of(text, node.target)}, "
    edits = (_replace(text, sign.start, after.start, opening), insertion(text.position(end), ")"))
    return OperatorCall(edits)


def _method(text: Text, call: ast.Call, operator: Operator, callee: str) -> OperatorCall | Refusal:
    if operator.parameters and call.keywords:
        return Refusal("AIMET's module does not take its keywords: write them out of the call first")
    if any(keyword.arg in (None, "out") for keyword in call.keywords):
        return UNREADABLE
    if operator.variadic and (len(call.args) > 1 or isinstance(call.args[0], ast.Starred)):
        return Refusal("AIMET's module wants its numbers in one tuple: write them so first")
    if not call.args and not call.keywords:
        edits = wrap_receiver(text, call, callee)
        return edits if isinstance(edits, Refusal) else OperatorCall(edits)
    start, end = offsets_of(text, call)
    tokens = tokens_of(text, start, end)
    name_end = text.offset(end_of(text, call.func))
    before = [token for token in tokens if not token.is_trivia and token.end <= name_end]
    opening = next((token for token in tokens if token.start >= name_end and token.string == "("), None)
    if len(before) < 3 or before[-2].string != "." or opening is None:
        return UNREADABLE
    if holds_comment(tokens, before[-3].end, opening.end):
        return COMMENT_LOST
    joint = _replace(text, before[-3].end, opening.end, ", ")
    return OperatorCall((insertion(text.position(start), f"{callee}("), joint))


def _function(text: Text, call: ast.Call, operator: Operator, callee: str) -> OperatorCall | Refusal:
    if any(keyword.arg in (None, "out") for keyword in call.keywords):
        return UNREADABLE
    if not operator.parameters:
        edits = replace_callee(text, call, callee, ())
        return edits if isinstance(edits, Refusal) else OperatorCall(edits)
    values = _bind(call, operator)
    if values is None:
        return Refusal("its arguments do not fit its signature: check the call")
    for name, required in operator.required_values.items():
        if name in values and not same_value(ast.unparse(values[name]), required):
            return Refusal(f"AIMET's module does not take `{name}`: write it out of the call first")
    staying = [
        values[parameter.name]
        for parameter in operator.parameters
        if parameter.name in values
        and parameter.name not in operator.constructor_arguments
        and parameter.name not in operator.required_values
    ]
    written = sorted(staying, key=lambda value: (value.lineno, value.col_offset))
    if written != staying:
        return Refusal(
            "its arguments are written in another order than AIMET's module takes them: reorder them"
        )
    removed = [value for value in values.values() if value not in staying]
    unnamed = [keyword for keyword in call.keywords if keyword.value in staying]
    edits = replace_callee(text, call, callee, removed, unnamed)
    unpacking = _unpack(text, values.get(operator.unpacked or ""))
    if isinstance(edits, Refusal):
        return edits
    if isinstance(unpacking, Refusal):
        return unpacking
    moved = tuple(values[name] for name in operator.constructor_arguments if name in values)
    constructor = ", ".join(source_of(text, value) for value in moved)
    return OperatorCall((*edits, *unpacking), constructor, moved)


def _bind(call: ast.Call, operator: Operator) -> Mapping[str, ast.expr] | None:
    if any(isinstance(argument, ast.Starred) for argument in call.args):
        return None
    keywords = {keyword.arg or "": keyword.value for keyword in call.keywords}
    places = bind(operator.parameters, len(call.args), list(keywords), numpy_names=True)
    if places is None:
        return None
    return {
        name: keywords[place] if isinstance(place, str) else call.args[place]
        for name, place in places.items()
        if place != RECEIVER
    }


def _unpack(text: Text, value: ast.expr | None) -> tuple[Edit, ...] | Refusal:
    """`[a, b]` -> `a, b`; anything else gets a star."""
    if value is None:
        return ()
    if not isinstance(value, ast.List | ast.Tuple):
        return UNREADABLE if isinstance(value, _NO_EXPRESSION) else (insertion(start_of(text, value), "*"),)
    start, end = offsets_of(text, value)
    tokens = [token for token in tokens_of(text, start, end) if not token.is_trivia]
    if not value.elts or len(tokens) < 3:
        return UNREADABLE
    last = tokens[-2] if tokens[-2].string == "," else tokens[-1]
    if holds_comment(tokens_of(text, start, end), last.start, end):
        return COMMENT_LOST
    return (_replace(text, start, tokens[0].end, ""), _replace(text, last.start, end, ""))


def _between(tokens: Sequence[Token], start: int, end: int) -> Token | None:
    inside = [token for token in tokens if start <= token.start and token.end <= end and not token.is_trivia]
    signs = [token for token in inside if token.string not in ("(", ")")]
    return signs[0] if len(signs) == 1 else None


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant)


def _replace(text: Text, start: int, end: int, content: str) -> Edit:
    return Edit(Range(text.position(start), text.position(end)), content)
