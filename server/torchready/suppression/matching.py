"""Which findings are suppressed, and by what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from torchready.finding import Finding
from torchready.suppression.directives import Code, Comment, Directive, Malformed, Scope, directives_of
from torchready.suppression.lines import Lines, may_end_joined_lines
from torchready.suppression.unused import Unused, unused_directives
from torchready.text import Text


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All suppressions of one text.

    A finding is suppressed by a comment on any line of its range. Where that range ends in a line that cannot
    have a comment (a long string or a backslash goes on to the next), the first line that can counts, too.
    """

    text: Text
    directives: tuple[Directive, ...]
    malformed: tuple[Malformed, ...]
    # Lines that no comment can end; only filled in when a comment stands after one.
    joined: Lines

    @classmethod
    def parse(cls, comments: Sequence[Comment], text: Text) -> Suppressions:
        """`comments` must hold at least those of the text in which "torchready" or "noqa" occurs."""
        found = [each for comment in comments for each in directives_of(comment)]
        ends_joined = any(may_end_joined_lines(text, each.comment.position) for each in found)
        return cls(
            text,
            tuple(each for each in found if isinstance(each, Directive)),
            tuple(each for each in found if isinstance(each, Malformed)),
            Lines.of(text) if ends_joined else Lines(frozenset(), ()),
        )

    def apply(
        self,
        findings: Sequence[Finding],
        *,
        known: Collection[str] | None = None,
        active: Collection[str] | None = None,
    ) -> tuple[list[Finding], list[Unused]]:
        """The findings that are left, and the suppressions that suppress none.

        `known` are the codes of all rules, `active` of those that ran: a suppression of a rule that did not
        run is not called unused. None stands for every code.
        """
        if not self.directives and not self.malformed:
            return list(findings), []
        used: set[tuple[int, int]] = set()
        left = [finding for finding in findings if not self._suppresses(finding, used)]
        return left, unused_directives(self.text, self.directives, self.malformed, used, known, active)

    def _suppresses(self, finding: Finding, used: set[tuple[int, int]]) -> bool:
        """Notes everything that matches, not only the first, so that no duplicate is called unused."""
        first, last = finding.range.start.line, self.joined.first_with_room(finding.range.end.line)
        is_suppressed = False
        for number, directive in enumerate(self.directives):
            if directive.scope is Scope.LINE and not first <= directive.line <= last:
                continue
            for position in matching(directive, finding.code):
                used.add((number, position))
                is_suppressed = True
        return is_suppressed


def matching(directive: Directive, code: str) -> list[int]:
    """Positions of the codes that cover `code`; the position 0 stands for a directive without codes."""
    if not directive.codes:
        return [0]
    return [position for position, each in enumerate(directive.codes) if _covers(each, code)]


def _covers(code: Code, other: str) -> bool:
    return code.is_ours and other.startswith(code.prefix)
