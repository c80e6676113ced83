"""Every model of the corpus, run for real: statuses, codes, exact ranges and messages."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio
from tests.probe.corpus import MODELS, Case, cases

from torchready.probe.client import Probe
from torchready.probe.verification import Request

CASES = cases()


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def _warm(probe: Probe) -> None:
    """The first export of a process takes seconds; here every run is a fork that finds it done."""
    await probe.warm_up()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("case", [case for case in CASES if case.is_model], ids=lambda case: case.path.stem)
async def test_verify_says_what_stands_beside_the_code(probe: Probe, case: Case) -> None:
    verification = await probe.verify(Request(case.config(), MODELS), lambda event: None)
    touched = {case.path, *(Path(finding.filename) for finding in verification.findings)}
    for path in sorted(touched):
        assert Case(path).expecting(verification) == Case(path).text


def test_the_corpus_shows_every_check_fail_and_pass() -> None:
    texts = "\n".join(case.text for case in CASES)
    for check in ("forward", "trace", "export", "onnx"):
        assert f"# {check} passed" in texts
        assert f"# {check} failed" in texts
    assert sum(case.is_model for case in CASES) >= 40
