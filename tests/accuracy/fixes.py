"""All safe fixes over the zoo's libraries: python -m tests.accuracy.fixes FOLDER [LIBRARY...] [--write PAGE]

FOLDER holds unpacked libraries (`nox -s corpus` fetches them). A copy of each is repaired by `torchready check --fix`
as a user would do it, every changed file is compiled, and every model of the zoo is built and run with the sources
before and after: state dict, outputs in eval and in train mode, and random state must be the same to the last bit.
Exits with 1 when anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.accuracy.document import replace_section, table

LIBRARIES = ("torchvision", "timm", "transformers")
ROOT = Path(__file__).parents[2]

Seen = Mapping[str, Any]


@dataclass(frozen=True)
class Comparison:
    """One library before and after. `differing` names models, and what differs of each."""

    library: str
    fixes: int
    changed: frozenset[str]
    refused: tuple[str, ...]
    built: int
    with_changes: int
    differing: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @property
    def is_equal(self) -> bool:
        return not self.refused and not self.differing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("libraries", nargs="*", default=LIBRARIES)
    parser.add_argument("--only", help="models whose name contains this")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="bring the table of this page up to date")
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    comparisons = [compare(folder, library, options.only) for library in options.libraries]
    report = summary(comparisons)
    print(report)
    if options.write:
        replace_section(options.write, "fixes", report)
    return 0 if all(comparison.is_equal for comparison in comparisons) else 1


def compare(folder: Path, library: str, only: str | None) -> Comparison:
    with tempfile.TemporaryDirectory() as scratch:
        repaired = Path(scratch) / "repaired"
        shutil.copytree(folder / library, repaired / library)
        fixes = repair(repaired / library)
        changed = frozenset(changed_files(folder, repaired, library))
        refused = tuple(name for name in sorted(changed) if not compiles(repaired / name))
        print(f"{library}: {fixes} fixes in {len(changed)} files", file=sys.stderr, flush=True)
        before = outputs(folder, library, only)
        after = outputs(repaired, library, only)
        differing = differences(before, after)
        # What does not even repeat itself says nothing about the fixes.
        if differing:
            again = outputs(folder, library, only)
            differing = {name: what for name, what in differing.items() if again[name] == before[name]}
    built = [answer for answer in before.values() if "error" not in answer]
    with_changes = sum(not changed.isdisjoint(answer["files"]) for answer in built)
    return Comparison(library, fixes, changed, refused, len(built), with_changes, differing)


def repair(tree: Path) -> int:
    """Apply all safe fixes below a folder; returns how many there were."""
    # Other findings stay, so the exit code says nothing.
    count = _torchready("check", str(tree), "--no-cache", "--output-format", "json", "--exit-zero")
    safe = [finding for finding in json.loads(count) if (finding["fix"] or {}).get("applicability") == "safe"]
    _torchready("check", str(tree), "--no-cache", "--fix", "--exit-zero")
    return len(safe)


def _torchready(*arguments: str) -> str:
    command = [sys.executable, "-m", "torchready", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def changed_files(before: Path, after: Path, library: str) -> list[str]:
    """Relative to the folder that holds the library."""
    files = (path.relative_to(after) for path in (after / library).rglob("*.py"))
    return [name.as_posix() for name in files if (before / name).read_bytes() != (after / name).read_bytes()]


def compiles(path: Path) -> bool:
    try:
        compile(path.read_bytes(), str(path), "exec")
    except SyntaxError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return False
    return True


def outputs(site: Path, library: str, only: str | None) -> dict[str, Seen]:
    """What the models of the zoo are and do when the library is imported from a folder."""
    with tempfile.TemporaryDirectory() as scratch:
        result = Path(scratch) / "outputs.json"
        command = [sys.executable, "-m", "tests.accuracy.outputs", str(result), library]
        paths = [str(site), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
        subprocess.run([*command, *(["--only", only] if only else [])], check=True, env=environment)
        return json.loads(result.read_text(encoding="utf-8"))


def differences(before: Mapping[str, Seen], after: Mapping[str, Seen]) -> dict[str, Sequence[str]]:
    """What differs, by model; only models that ran before tell anything."""
    found: dict[str, Sequence[str]] = {}
    for name, answer in before.items():
        if "error" in answer:
            continue
        expected, seen = answer["seen"], after[name].get("seen", {})
        what = [part for part in expected if expected[part] != seen.get(part)]
        if what:
            found[name] = [after[name]["error"]] if "error" in after[name] else what
    return found


def summary(comparisons: Sequence[Comparison]) -> str:
    head = (
        "library", "safe fixes", "files changed", "refused by the interpreter", "models built and run",
        "of them with a changed file", "bit-equal",
    )  # fmt: skip
    rows = [
        (
            each.library, each.fixes, len(each.changed), len(each.refused), each.built, each.with_changes,
            each.built - len(each.differing),
        )
        for each in comparisons
    ]  # fmt: skip
    misses = [
        f"- {each.library}: {name}: {', '.join(what)}"
        for each in comparisons
        for name, what in each.differing.items()
    ]
    return "\n".join([table(head, rows), *([""] if misses else []), *misses])


if __name__ == "__main__":
    sys.exit(main())
