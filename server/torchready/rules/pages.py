"""The rules as Markdown pages: `python -m torchready.rules.pages FOLDER [--check]`.

One page per rule and an index, all derived from the registry; nothing in them is written by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from torchready.rules.registry import RULES
from torchready.rules.rule import Rule

INDEX = "README.md"
FAMILIES = (
    ("TR0", "torchready itself"),
    ("TR1", "Layers are modules"),
    ("TR2", "Modules run once"),
    ("TR3", "The model can be traced"),
    ("TR4", "The model can be exported to ONNX"),
)


def pages(rules: Sequence[Rule] = RULES) -> dict[str, str]:
    """File name to content of every page, index included."""
    return {INDEX: index(rules), **{f"{rule.code}.md": rule.page() for rule in rules}}


def index(rules: Sequence[Rule]) -> str:
    """The table of all rules, one section per family."""
    head = "# Rules\n\nGenerated from the rules themselves by `nox -s docs -- write`.\n"
    sections = [
        _section(title, [rule for rule in rules if rule.code.startswith(prefix)])
        for prefix, title in FAMILIES
    ]
    return "\n".join([head, *filter(None, sections)])


def _section(title: str, rules: Sequence[Rule]) -> str:
    if not rules:
        return ""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.summary} | {_on(rule)} | {rule.fix} |"
        for rule in rules
    ]
    head = ["| code | name | what it finds | on in profile | fix |", "|---|---|---|---|---|"]
    return "\n".join([f"## {title}", "", *head, *rows, ""])


def _on(rule: Rule) -> str:
    return ", ".join(sorted(rule.profiles, key=("default", "aimet").index))


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Names of pages that are missing, differ, or belong to no rule any more."""
    found = {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.md")}
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Make the folder hold exactly the wanted pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale(folder, wanted):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8", newline="\n")
        else:
            (folder / name).unlink()


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case [folder]:
            write(Path(folder), pages())
            return 0
        case [folder, "--check"]:
            return _check(Path(folder))
        case _:
            print("usage: python -m torchready.rules.pages FOLDER [--check]", file=sys.stderr)
            return 2


def _check(folder: Path) -> int:
    old = stale(folder, pages())
    if not old:
        return 0
    print(
        f"{folder}: {', '.join(old)} no longer match the rules; run `nox -s docs -- write`", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
