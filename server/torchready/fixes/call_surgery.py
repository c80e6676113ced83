"""Small edits inside one call expression, found with the tokenizer so that all other text stays as it is."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from torchready.finding import Edit, Range
from torchready.fixes.places import end_of, insertion, range_of, start_of
from torchready.fixes.refusal import Refusal
from torchready.text import Text
from torchready.text.document import LINE_END

_TRIVIA = {
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.COMMENT,
}
COMMENT_LOST = Refusal("a comment among its arguments would be lost: move it, or change the call by hand")
UNREADABLE = Refusal("its spelling is too unusual to edit: change the call by hand")


@dataclass(frozen=True, slots=True)
class Token:
    kind: int
    string: str
    start: int
    end: int

    @property
    def is_trivia(self) -> bool:
        return self.kind in _TRIVIA


@dataclass(frozen=True, slots=True)
class _Slot:
    """One argument: its first and last token, and the comma after it."""

    start: int
    end: int
    comma: int | None


def tokens_of(text: Text, start: int, end: int) -> tuple[Token, ...]:
    """The tokens of one expression, at offsets of the whole text; empty if unreadable."""
    piece = text.content[start:end]
    line_starts = [0, *(match.end() for match in LINE_END.finditer(piece))]
    lines = [
        piece[first:last] for first, last in zip(line_starts, [*line_starts[1:], len(piece)], strict=True)
    ]
    found: list[Token] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO("".join(lines), newline="").readline):
            (row, column), (end_row, end_column) = token.start, token.end
            if token.type == tokenize.ERRORTOKEN and token.string.strip():
                return ()
            if row <= len(line_starts) and token.string:
                first = start + line_starts[row - 1] + column
                found.append(
                    Token(token.type, token.string, first, start + line_starts[end_row - 1] + end_column)
                )
    except (tokenize.TokenError, SyntaxError, IndexError):
        return ()
    return tuple(found)


def replace_callee(
    text: Text,
    call: ast.Call,
    callee: str,
    removed: Collection[ast.expr],
    unnamed: Collection[ast.keyword] = (),
) -> tuple[Edit, ...] | Refusal:
    """`F.max_pool2d(x, 2)` -> `self.max_pool2d(x)`: another callee, fewer arguments.

    `removed` are the values of those that go; at least one argument stays. Keywords in `unnamed` become
    positional.
    """
    tokens = tokens_of(text, *offsets_of(text, call))
    slots = _slots(text, call, tokens)
    arguments = _arguments(call)
    if slots is None or len(slots) != len(arguments):
        return UNREADABLE
    gone = [_value(argument) in removed for argument in arguments]
    spans = _removed_spans(slots, gone)
    spans += [
        (slot.start, _start_of_value(slot, tokens))
        for slot, argument in zip(slots, arguments, strict=True)
        if isinstance(argument, ast.keyword) and argument in unnamed
    ]
    if any(holds_comment(tokens, start, end) for start, end in spans):
        return COMMENT_LOST
    edits = [Edit(range_of(text, call.func), callee), *(_delete(text, start, end) for start, end in spans)]
    return tuple(sorted(edits, key=lambda edit: edit.range))


def wrap_receiver(text: Text, call: ast.Call, callee: str) -> tuple[Edit, ...] | Refusal:
    """`x.view(1).relu()` -> `self.relu(x.view(1))`: the receiver becomes the only argument."""
    start, end = offsets_of(text, call)
    tokens = tokens_of(text, start, end)
    if not isinstance(call.func, ast.Attribute) or not tokens:
        return UNREADABLE
    name_end = text.offset(end_of(text, call.func))
    significant = [token for token in tokens if not token.is_trivia and token.end <= name_end]
    if len(significant) < 3 or significant[-2].string != ".":
        return UNREADABLE
    dot, last = significant[-2], significant[-3]
    if holds_comment(tokens, dot.start, end):
        return COMMENT_LOST
    cut = dot.start if holds_comment(tokens, last.end, dot.start) else last.end
    receiver = call.func.value
    parenthesised = text.offset(start_of(text, receiver)) > start and last.string == ")"
    is_yield = isinstance(receiver, ast.Yield | ast.YieldFrom)
    if parenthesised and cut == last.end and not is_yield and _is_one_pair(significant[:-2]):
        return (insertion(text.position(start), callee), _delete(text, cut, end))
    closing = Edit(Range(text.position(cut), text.position(end)), ")")
    return (insertion(text.position(start), f"{callee}("), closing)


def _is_one_pair(tokens: Sequence[Token]) -> bool:
    """Whether the first and the last token are the two ends of one pair of parentheses."""
    depth = 0
    for token in tokens[:-1]:
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        if depth == 0:
            return False
    return tokens[0].string == "(" and tokens[-1].string == ")"


def _arguments(call: ast.Call) -> list[ast.expr | ast.keyword]:
    return sorted([*call.args, *call.keywords], key=lambda node: (node.lineno, node.col_offset))


def _value(argument: ast.expr | ast.keyword) -> ast.expr:
    return argument.value if isinstance(argument, ast.keyword) else argument


def offsets_of(text: Text, node: ast.expr) -> tuple[int, int]:
    span = range_of(text, node)
    return text.offset(span.start), text.offset(span.end)


def _slots(text: Text, call: ast.Call, tokens: Sequence[Token]) -> list[_Slot] | None:
    after_callee = text.offset(end_of(text, call.func))
    rest = [token for token in tokens if token.start >= after_callee and not token.is_trivia]
    while rest and rest[0].string == ")":
        rest = rest[1:]
    if not rest or rest[0].string != "(" or rest[-1].string != ")":
        return None
    slots: list[_Slot] = []
    current: list[Token] = []
    depth = 0
    for token in rest[1:-1]:
        if token.string == "," and depth == 0 and token.kind == tokenize.OP:
            slots.append(_Slot(current[0].start, current[-1].end, token.start))
            current = []
            continue
        if token.kind == tokenize.OP:
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        current.append(token)
    if current:
        slots.append(_Slot(current[0].start, current[-1].end, None))
    return slots


def _removed_spans(slots: Sequence[_Slot], gone: Sequence[bool]) -> list[tuple[int, int]]:
    """The text of each run of arguments that go, with the comma before it, or up to the next one."""
    spans: list[tuple[int, int]] = []
    index = 0
    while index < len(slots):
        if not gone[index]:
            index += 1
            continue
        first = index
        while index < len(slots) and gone[index]:
            index += 1
        before = slots[first - 1] if first else None
        if before is not None and before.comma is not None:
            spans.append((before.comma, slots[index - 1].end))
        elif index < len(slots):
            spans.append((slots[first].start, slots[index].start))
    return spans


def _start_of_value(slot: _Slot, tokens: Sequence[Token]) -> int:
    inside = [token for token in tokens if slot.start <= token.start < slot.end and not token.is_trivia]
    return inside[2].start


def holds_comment(tokens: Sequence[Token], start: int, end: int) -> bool:
    return any(token.kind == tokenize.COMMENT and start <= token.start < end for token in tokens)


def _delete(text: Text, start: int, end: int) -> Edit:
    return Edit(Range(text.position(start), text.position(end)), "")
