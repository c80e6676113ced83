"""What a run shows of models that fail to be traced or exported stands in the source too, but for what is explained.

The models and what a run says of them are those of `tests/probe/models`; the explanations are the table in
`docs/accuracy.md`.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.probe.corpus import COMMENT, MODELS, SEPARATOR

from torchready.config import Config
from torchready.engine import Engine

DOCUMENT = Path(__file__).parents[2] / "docs" / "accuracy.md"
ROW = re.compile(r"^\| `(\w+\.py)` \| `(.+)` \| .+ \|$", re.MULTILINE)
Line = tuple[str, str]


def seen_in_the_source(path: Path, text: str) -> set[int]:
    report = Engine(Config(select=("TR3",)), MODELS).check(path, text)
    return {finding.range.start.line for finding in report.findings}


def missed() -> set[Line]:
    """The lines of which a run says that tracing or exporting fails, and the source says nothing."""
    found: set[Line] = set()
    for path in sorted(MODELS.glob("*.py")):
        written = [COMMENT.split(line) for line in path.read_text(encoding="utf-8").split("\n")]
        seen = seen_in_the_source(path, "\n".join(code for code, *_ in written))
        for number, (code, *comment) in enumerate(written):
            shown = [one for text in comment for one in text.split(SEPARATOR)]
            if any(one.startswith("TR3") for one in shown) and number not in seen:
                found.add((path.name, code.strip()))
    return found


def test_what_is_not_seen_in_the_source_is_explained() -> None:
    explained = set(ROW.findall(DOCUMENT.read_text(encoding="utf-8")))
    assert missed() == explained
