"""TR001 in a whole report: it obeys the configuration, and speaks of rules that ran only."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.config import Config
from torchready.engine import Engine

SOURCE = """import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        x = F.relu(x)  # torchready: ignore[TR101, TR201]
        y = x + 1  # torchready: ignore[TR103]
        return y  # torchready: ignore[TR99999]
"""
NOT_NEEDED = (7, "Unused suppression: TR201 is not found on this line")
MISSPELT = (9, "torchready has no rule `TR99999`")


def unused(folder: Path, config: Config, source: str = SOURCE) -> list[tuple[int, str]]:
    report = Engine(config, folder).check(folder / "model.py", source)
    assert {finding.code for finding in report.findings} <= {"TR001"}
    return [(finding.range.start.line + 1, finding.message) for finding in report.findings]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Config(), [NOT_NEEDED, MISSPELT]),
        (Config(profile="aimet"), [NOT_NEEDED, MISSPELT]),
        (Config(ignore=("TR201",)), [MISSPELT]),
        (Config(ignore=("TR001",)), []),
        (Config(select=("TR101",)), []),
    ],
    ids=["default", "aimet", "its rule is off", "TR001 is off", "TR001 is not selected"],
)
def test_configuration_decides(config: Config, expected: list[tuple[int, str]], tmp_path: Path) -> None:
    assert unused(tmp_path, config) == expected


def test_nothing_is_unused_while_the_text_does_not_parse(tmp_path: Path) -> None:
    assert unused(tmp_path, Config(), SOURCE + "\n    def helper(self, x:\n        return x\n") == []


def test_safe_fixes_remove_what_is_not_needed(tmp_path: Path) -> None:
    fixed = Engine(Config(), tmp_path).fix_all(tmp_path / "model.py", SOURCE)
    assert fixed.text == SOURCE.replace(", TR201", "").replace("  # torchready: ignore[TR99999]", "")
    assert fixed.remaining.findings == ()
