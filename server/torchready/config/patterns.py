"""Path patterns with the meaning they have in a .gitignore.

pathspec compiles them. Deciding stays here, because a walk asks about one entry after the other and never
below an excluded folder: whether a pattern matches one of the entry's parents must then not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from pathspec.patterns.gitignore.basic import GitIgnoreBasicPattern


@dataclass(frozen=True, slots=True)
class PathPattern:
    """One pattern. `excludes` is False for a negated one; an anchored one is about the whole path."""

    regex: re.Pattern[str]
    excludes: bool
    is_anchored: bool

    def matches(self, entry: str, name: str) -> bool:
        text = entry if self.is_anchored else name
        match = self.regex.search(text)
        # One that ends earlier matched a parent. `*` alone compiles to a regex of one character.
        return match is not None and (not self.is_anchored or match.end() == len(text))


@dataclass(frozen=True, slots=True)
class PathPatterns:
    """The patterns of one file or one setting, the last one first: the first that matches decides."""

    patterns: tuple[PathPattern, ...]

    def excludes(self, entry: str) -> bool | None:
        """True or False where a pattern decides, None where none does.

        `entry` is relative to the folder of the patterns, with forward slashes, and ends in one if a folder.
        """
        name = entry[entry.rfind("/", 0, -1) + 1 :]
        for pattern in self.patterns:
            if pattern.matches(entry, name):
                return pattern.excludes
        return None

    def without_those_matching(self, entry: str) -> PathPatterns:
        name = entry[entry.rfind("/", 0, -1) + 1 :]
        return PathPatterns(tuple(each for each in self.patterns if not each.matches(entry, name)))


def path_patterns(lines: Iterable[str]) -> PathPatterns:
    """Compile the lines of a .gitignore. Like git, leave out those that are no valid pattern."""
    compiled: list[PathPattern] = []
    for line in lines:
        try:
            pattern = path_pattern(line)
        except ValueError:
            continue
        if pattern is not None:
            compiled.append(pattern)
    return PathPatterns(tuple(reversed(compiled)))


def path_pattern(line: str) -> PathPattern | None:
    """One line compiled; None for a comment or a blank one. Raises ValueError when it is no valid pattern."""
    # "folder/**" is about all that is inside, but compiles to one that matches the folder, too.
    inside = f"{line.rstrip()}/*" if line.rstrip().endswith("/**") else line
    try:
        pattern = GitIgnoreBasicPattern(inside)
    except re.error as error:
        raise ValueError(f"invalid pattern: {error.msg}") from None
    regex = cast("re.Pattern[str] | None", pattern.regex)  # pyright: ignore[reportUnknownMemberType]
    if regex is None or pattern.include is None:
        return None
    return PathPattern(regex, pattern.include, "/" in line.strip().removeprefix("!").rstrip("/"))
