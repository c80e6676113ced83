"""A server on a tiny engine, for what a real one seldom does: fail, be slow, not parse.

Run as a program it serves over standard input and output. Finds `F.relu`, which its safe fix makes
`self.relu`, and `F.gelu`, whose fix is unsafe. A line with `<<<` breaks the text from there to its end,
`# crash` raises, `# slow` takes half a second to open. Reading a workspace ends when no file `wait` is in it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torchready.config import Config
from torchready.engine import Choice, Fixed, Report
from torchready.finding import Applicability, Edit, Finding, Fix, Range, RelatedPlace, Severity
from torchready.fixes.apply import apply_compatible
from torchready.text import Change, Text

CALL = re.compile(r"F\.(relu|gelu|silu)")


@dataclass(frozen=True)
class StandInSnapshot:
    path: Path
    text: Text
    definitions: tuple[()] = ()


class StandInEngine:
    def __init__(self, config: Config, root: Path) -> None:
        self.config = config
        self.root = root

    def prepare(self) -> None:
        while (self.root / "wait").exists():
            time.sleep(0.01)

    def open(self, path: Path, text: Text) -> StandInSnapshot:
        if "# slow" in text.content:
            time.sleep(0.5)
        return StandInSnapshot(path, text)

    def edit(self, snapshot: StandInSnapshot, changes: Sequence[Change], after: Text) -> StandInSnapshot:
        text = snapshot.text
        for change in changes:
            text = text.changed(change)
        assert text.content == after.content, "the session and the engine disagree about the text"
        return StandInSnapshot(snapshot.path, text)

    def close(self, path: Path) -> None: ...

    def files_changed(self, paths: Sequence[Path]) -> None: ...

    def report(self, snapshot: StandInSnapshot, *, quick: bool = False) -> Report:
        text = snapshot.text
        if "# crash" in text.content:
            raise RuntimeError("the stand-in engine was told to crash")
        broken_at = text.content.find("<<<")
        end = len(text.content) if broken_at < 0 else broken_at
        first = None
        findings: list[Finding] = []
        for match in CALL.finditer(text.content, 0, end):
            finding = self._finding(snapshot, match, first)
            finding = replace(finding, fix=None) if quick else finding
            first = first or finding
            if self.config.enabled(finding.code, True):
                findings.append(finding)
        broken = () if broken_at < 0 else ((text.position(broken_at).line, text.line_count),)
        return Report(tuple(findings), (), broken)

    def fix_all(self, path: Path, text: str, *, unsafe: bool = False, only: Choice | None = None) -> Fixed:
        report = self.report(self.open(path, Text(text)))
        chosen = only(Text(text), report.findings) if only else report.findings
        fixed, applied = apply_compatible(Text(text), chosen, unsafe)
        return Fixed(fixed.content, applied, self.report(self.open(path, fixed)))

    def _finding(self, snapshot: StandInSnapshot, match: re.Match[str], first: Finding | None) -> Finding:
        name = match[1]
        text = snapshot.text
        span = Range(text.position(match.start()), text.position(match.end()))
        safe = name in ("relu", "silu")
        fix = Fix(
            Applicability.SAFE if safe else Applicability.UNSAFE,
            f"Use self.{name}",
            (Edit(span, f"self.{name}"),),
        )
        related = (RelatedPlace(str(snapshot.path), first.range, "first use"),) if first else ()
        return Finding(
            "TR105" if name == "silu" else "TR101",
            "functional-layer",
            f"{match[0]} is a functional call",
            Severity.WARNING,
            str(snapshot.path),
            span,
            fix=fix,
            related=related,
        )


if __name__ == "__main__":
    from torchready.lsp.server import main

    main(StandInEngine)
