"""Which interpreter runs a model: the editor's setting, the configuration, the environment chosen in the editor."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from torchready.config import Config
from torchready.lsp.models import Model
from torchready.lsp.probes import Probes
from torchready.lsp.projects import Settings
from torchready.lsp.session import Session


def chosen(folder: Path, settings: object, python: str | None) -> str:
    session = SimpleNamespace(settings_of=lambda _: Settings.of(settings))
    project = SimpleNamespace(config=Config(python=python))
    model = SimpleNamespace(root=folder, project=project)
    return " ".join(Probes(cast("Session", session)).command_of(cast("Model", model)))


@pytest.mark.parametrize(
    ("settings", "python", "expected"),
    [
        ({"interpreter": ["/set/python"], "environment": ["/chosen/python"]}, "/configured", "/set/python"),
        ({"interpreter": None, "environment": ["/chosen/python"]}, "/configured", "/configured"),
        ({"interpreter": None, "environment": ["/chosen/python"]}, None, "/chosen/python"),
        ({"interpreter": "/set/python"}, None, "/set/python"),
        ({"interpreter": ["/set/python", "-X", "dev"]}, "/configured", "/set/python -X dev"),
        ({"environment": ["/conda", "run", "python"]}, None, "/conda run python"),
        ({"environment": ["/conda", "run", "python"]}, "/configured", "/configured"),
    ],
)
def test_the_first_that_says_something_wins(
    tmp_path: Path, settings: dict[str, Any], python: str | None, expected: str
) -> None:
    assert chosen(tmp_path, settings, python) == expected
