"""Expected findings, written as end-of-line comments beside the code that they are about.

    x = F.relu(x)  # TR101 torch.nn.functional.relu
    x = F.relu(torch.tanh(x))  # TR101@9 torch.nn.functional.relu; TR101@16 torch.tanh
    return x + y  # aimet: TR103

One comment holds one expectation per finding of its line, separated by semicolons. An expectation is a
code, then, each where it matters, the column (`@9`, from 1), the symbol, and `in Net` for the class
(`in nothing` outside of classes). What is left out may be anything. `aimet:` in front of it means "in
profile aimet only", `default:` "in profile default only".

    return left.relu()  # | what this is, only a run can tell

What follows a bar says why a run of the file shows something else on this line.

A file whose first line is `# profile: aimet` is checked in both profiles, the others only in the default.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

AIMET_HEADER = "# profile: aimet"
NO_CLASS = "nothing"

COMMENT = re.compile(r"#\s*(?:\||(?:(?:aimet|default):\s*)?TR\d)")
ITEM = re.compile(
    r"(?:(?P<profile>aimet|default):\s*)?"
    r"(?P<code>TR\d{3})"
    r"(?:@(?P<column>\d+))?"
    r"(?:\s+(?!in\s)(?P<symbol>\S+))?"
    r"(?:\s+in\s+(?P<class_name>\S+))?"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, reduced to what expectations speak about. Line and column count from 1."""

    line: int
    column: int
    code: str
    symbol: str | None
    class_name: str | None

    def __str__(self) -> str:
        return f"{self.line}:{self.column} {self.code} {self.symbol or '-'} in {self.class_name or NO_CLASS}"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a finding must be like. None stands for "anything"; `class_name` may be NO_CLASS."""

    line: int
    code: str
    column: int | None = None
    symbol: str | None = None
    class_name: str | None = None
    profile: str | None = None

    def holds_for(self, seen: Seen) -> bool:
        return (
            (seen.line, seen.code) == (self.line, self.code)
            and self.column in (None, seen.column)
            and self.symbol in (None, seen.symbol)
            and self.class_name in (None, seen.class_name or NO_CLASS)
        )

    @property
    def strictness(self) -> int:
        return sum(part is not None for part in (self.column, self.symbol, self.class_name))

    def __str__(self) -> str:
        column = "*" if self.column is None else self.column
        return f"{self.line}:{column} {self.code} {self.symbol or '*'} in {self.class_name or '*'}"


def profiles_of(source: str) -> tuple[str, ...]:
    """The profiles in which a corpus file is to be checked."""
    return ("default", "aimet") if source.startswith(AIMET_HEADER) else ("default",)


def expectations_in(source: str) -> tuple[Expectation, ...]:
    """All expectations of a corpus file, of every profile. Raises ValueError for a malformed comment."""
    return tuple(
        expectation
        for line, comment in _comments(source)
        for expectation in _items(line, comment.partition("|")[0])
    )


def lines_where_a_run_differs(source: str) -> frozenset[int]:
    """The lines with a note behind a bar."""
    return frozenset(line for line, comment in _comments(source) if comment.partition("|")[2].strip())


def expected_in_profile(source: str, profile: str) -> tuple[Expectation, ...]:
    return tuple(item for item in expectations_in(source) if item.profile in (None, profile))


def difference(expected: Iterable[Expectation], seen: Iterable[Seen]) -> list[str]:
    """One line for each expectation that no finding meets and each finding that nobody expects."""
    unexpected = sorted(seen, key=lambda finding: (finding.line, finding.column, finding.code))
    missing: list[Expectation] = []
    # The strict ones choose first, so that a lenient one cannot take their finding.
    for expectation in sorted(expected, key=lambda item: -item.strictness):
        match = next((finding for finding in unexpected if expectation.holds_for(finding)), None)
        if match is None:
            missing.append(expectation)
        else:
            unexpected.remove(match)
    missing.sort(key=lambda item: item.line)
    return [f"missing     {item}" for item in missing] + [f"unexpected  {item}" for item in unexpected]


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and COMMENT.match(token.string):
            yield token.start[0], token.string.removeprefix("#").strip()


def _items(line: int, comment: str) -> Iterator[Expectation]:
    for text in filter(None, comment.split(";")):
        match = ITEM.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f"line {line}: {text.strip()!r} is not an expectation such as 'TR101@5 torch.relu in Net'"
            )
        column = match["column"]
        yield Expectation(
            line=line,
            code=match["code"],
            column=int(column) if column else None,
            symbol=match["symbol"],
            class_name=match["class_name"],
            profile=match["profile"],
        )
