"""Texts that are made of values: f-strings, `"%d" % x`, `"{}".format(x)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable, Iterable
from string import Formatter

from torchready.facts.arguments import Arguments
from torchready.facts.tracing import Tracing
from torchready.facts.values import NO_LOOPS, Container, Unknown, Value, loops_of

FORMATTED = "torch.Tensor.__format__"
# Conversions of `%` that want a number; the others, as `%s`, take whatever str() makes.
NUMBER_WANTED = re.compile(r"(?<!%)(?:%%)*%[-+ #0-9.*]*[diouxXeEfFgG]")


class Texts(Tracing):
    """Texts; a tensor that becomes part of one is a conversion."""

    def formatted(self, node: ast.JoinedStr) -> Value:
        labels: list[Hashable] = []
        varies = NO_LOOPS
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.evaluate(part.value)
                self._record_text(part.value, value, as_number=part.format_spec is not None)
                varies |= loops_of(value)
                labels.append(self.label_of(value, part.value))
            else:
                labels.append(repr(part.value) if isinstance(part, ast.Constant) else ast.unparse(part))
        return Unknown(("text", *labels), varies)

    def interpolated(self, template: str, right: Value, node: ast.expr | None) -> Value:
        """`template % right`, where `node` is the expression on the right."""
        if node is None:
            return Unknown(("text", template), loops_of(right))
        as_number = NUMBER_WANTED.search(template) is not None
        for place, value in _parts(node, right):
            self._record_text(place, value, as_number=as_number)
        return Unknown(("text", template, self.label_of(right, node)), loops_of(right))

    def filled_in(self, template: str, arguments: Arguments, node: ast.Call) -> Value:
        """`template.format(...)`."""
        as_number = _has_format(template)
        for place, value in zip(arguments.nodes, arguments.positional, strict=False):
            self._record_text(place, value, as_number=as_number)
        for keyword in node.keywords:
            if keyword.arg is not None:
                self._record_text(keyword.value, arguments.keywords[keyword.arg], as_number=as_number)
        varies = NO_LOOPS.union(*map(loops_of, arguments.all()))
        return Unknown(("text", self.place(node)), varies)

    def _record_text(self, place: ast.expr, value: Value, *, as_number: bool) -> None:
        """torch.export refuses to write a tensor as a number, even into a message that only people read."""
        if not as_number or self.is_raised:
            self.record_conversion(place, place, value, FORMATTED)
            return
        shown, self.is_shown_to_people = self.is_shown_to_people, False
        self.record_conversion(place, place, value, FORMATTED)
        self.is_shown_to_people = shown


def is_text(node: ast.expr) -> bool:
    """Whether an expression is a text that is made of values, by its look."""
    match node:
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
            return True
        case _:
            return False


def _parts(node: ast.expr, value: Value) -> Iterable[tuple[ast.expr, Value]]:
    """The values that `%` puts into a text: those of a tuple, or the only one."""
    if not isinstance(value, Container):
        return ((node, value),)
    if isinstance(node, ast.Tuple) and value.items is not None and len(node.elts) == len(value.items):
        return zip(node.elts, value.items, strict=True)
    return ()


def _has_format(template: str) -> bool:
    """Whether a field of the template says how it is written: `{:.2f}`."""
    try:
        return any(format_ for _, _, format_, _ in Formatter().parse(template))
    except ValueError:
        return False
