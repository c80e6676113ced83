"""One warm probe for all tests: importing torch takes longer than any of them."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from torchready.config import InputConfig, ModelConfig
from torchready.probe.client import Probe
from torchready.probe.verification import Progress, Request, Verification

IMAGE = (InputConfig((1, 3, 8, 8)),)
VECTOR = (InputConfig((2, 4)),)

Verify = Callable[..., Awaitable[Verification]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def probe(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Probe]:
    probe = Probe(sys.executable, tmp_path_factory.mktemp("probe"))
    yield probe
    await probe.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def afresh(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Probe]:
    """A probe as on platforms without safe forks."""
    probe = Probe(sys.executable, tmp_path_factory.mktemp("afresh"), mode="single")
    yield probe
    await probe.close()


@pytest.fixture
def verify(probe: Probe, tmp_path: Path) -> Verify:
    """Verify a target below the temporary folder; keywords are those of `ModelConfig`."""
    return verify_by(probe, tmp_path)


@pytest.fixture
def verify_afresh(afresh: Probe, tmp_path: Path) -> Verify:
    return verify_by(afresh, tmp_path)


def verify_by(probe: Probe, folder: Path) -> Verify:
    async def verify(
        target: str,
        *,
        listen: Callable[[Progress], None] = lambda event: None,
        root: Path = folder,
        overlays: dict[Path, str] | None = None,
        memory: int | None = None,
        **model: object,
    ) -> Verification:
        settings = {"inputs": VECTOR, "checks": ("forward",), "timeout": 60.0, **model}
        config = ModelConfig(target, **settings)  # type: ignore[arg-type]
        return await probe.verify(Request(config, root, overlays or {}, memory), listen)

    return verify
