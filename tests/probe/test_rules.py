"""The examples of rules that only a run finds are true: they are run."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio
from tests.probe.conftest import Verify

from torchready.config import Config, InputConfig
from torchready.config.model import ALL_CHECKS
from torchready.engine import Engine
from torchready.probe.client import Probe
from torchready.rules.registry import RULES
from torchready.rules.rule import Example, Rule

PAIRS = [(rule, example) for rule in RULES if rule.needs_a_run for example in rule.examples]
NAMES = [f"{rule.code}: {example.title}" for rule, example in PAIRS]
CHECK_OF = {"TR39": "trace", "TR48": "forward", "TR49": "onnx"}


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def _warm(probe: Probe) -> None:
    """The first export of a process takes seconds; here every run is a fork that finds it done."""
    await probe.warm_up()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("rule", "example"), PAIRS, ids=NAMES)
async def test_a_run_finds_what_the_example_says(
    verify: Verify, rule: Rule, example: Example, tmp_path: Path
) -> None:
    (tmp_path / "model.py").write_text(example.source, encoding="utf-8")
    check = "export" if rule.code == "TR393" else CHECK_OF[rule.code[:4]]
    inputs = tuple(InputConfig(shape) for shape in example.inputs)
    verification = await verify(
        "model.py:Net", inputs=inputs, checks=ALL_CHECKS[: ALL_CHECKS.index(check) + 1], timeout=300.0
    )
    found = [
        (finding.range.start.line + 1, finding.range.start.column + 1, finding.symbol or "")
        for finding in verification.findings
        if finding.code == rule.code
    ]
    assert found == list(example.findings)


@pytest.mark.parametrize(("rule", "example"), PAIRS, ids=NAMES)
def test_the_source_alone_shows_nothing(rule: Rule, example: Example, tmp_path: Path) -> None:
    report = Engine(Config(), tmp_path).check(tmp_path / "model.py", example.source)
    assert [finding for finding in report.findings if finding.code == rule.code] == []
