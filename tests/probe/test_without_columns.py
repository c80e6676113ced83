"""A Python that keeps no columns (before 3.11, or told so) still says the right lines, and expressions where it can."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.probe.corpus import MODELS, Case

from torchready.finding import Finding
from torchready.probe.client import Probe
from torchready.probe.verification import Request

EXPECTED = {
    # The only call of that name on the line is meant, or else the whole statement.
    "functional_layers": [
        ("TR101", "F.relu"),
        ("TR101", "torch.sigmoid"),
        ("TR101", "x.softmax"),
        ("TR101", "x.softmax(dim=1).tanh"),
    ],
    "module_in_loop": [("TR202", "x = self.layer(x)")],
    "branch": [("TR301", "x.sum() > 0")],
    "shape_error": [("TR481", "return self.wide(self.narrow(x))")],
}


@pytest.mark.asyncio(loop_scope="session")
async def test_without_columns_the_lines_are_right(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONNODEBUGRANGES", "1")
    probe = Probe(sys.executable, tmp_path)
    found: dict[str, list[tuple[str, str]]] = {}
    try:
        for name in EXPECTED:
            case = Case(MODELS / f"{name}.py")
            verification = await probe.verify(Request(case.config("forward"), MODELS), lambda event: None)
            found[name] = [(finding.code, text_of(finding)) for finding in verification.findings]
    finally:
        await probe.close()
    assert found == EXPECTED


def text_of(finding: Finding) -> str:
    start, end = finding.range
    assert start.line == end.line
    return (
        Path(finding.filename).read_text(encoding="utf-8").split("\n")[start.line][start.column : end.column]
    )
