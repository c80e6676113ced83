"""Two servers that most tests share, and a document of its own for each test."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from tests.lsp.wire import PULLING, Wire, wire


@pytest.fixture(scope="session")
def pushed() -> Iterator[Wire]:
    """A client that understands everything and is pushed diagnostics."""
    with wire() as client:
        yield client


@pytest.fixture(scope="session")
def pulling() -> Iterator[Wire]:
    with wire(PULLING) as client:
        yield client


@pytest.fixture
def uri(request: pytest.FixtureRequest) -> str:
    """A document that no other test knows."""
    name = re.sub(r"\W+", "-", request.node.nodeid)
    return f"file:///project/{name}.py"
