"""Whatever happens to a workspace's files, a run with the cache finds what a run without one finds."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from torchready.cli.checking import check_project, engine_of
from torchready.cli.projects import Project
from torchready.config import Config
from torchready.workspace.cache import ResultCache
from torchready.workspace.references import referring_files

HEAD = "import torch.nn.functional as F\nfrom torch import nn\n"
MODEL = HEAD + "{}\n\nclass Model(nn.Module):\n    def forward(self, x):\n        return {}\n"
PARTS = (
    HEAD
    + "\ndef act(x):\n    return F.relu(x)\n\n\nclass Post:\n    def scale(self, x):\n        return F.softmax(x, -1)\n"
    "\n\nclass Block(nn.Module):\n    def extra(self, x):\n        return F.gelu(x)\n"
)
BASE = HEAD + "\nclass Base({}):\n    def inherited(self, x):\n        return F.relu(x)\n"
USERS = (
    MODEL.format("from parts import act", "act(x)"),
    MODEL.format("from parts import act as go", "x"),
    MODEL.format("from user import go", "go(x)"),
    MODEL.format("import parts", "parts.act(x)"),
    MODEL.format("from parts import Post", "Post().scale(x)"),
    MODEL.format("import parts", "parts.Block().extra(x)"),
    MODEL.format("from parts import wrapped", "wrapped(x)"),
    MODEL.format("from parts import *", "act(x)"),
    MODEL.format("from pkg import act", "act(x)"),
    "from parts import act  # forward\nprint(act)\n",
    HEAD + "from base import Base\n\nclass Child(Base):\n"
    "    def forward(self, x):\n        return F.relu(self.inherited(x))\n",
    "",
)
CONTENTS = {
    "parts.py": (PARTS, PARTS + "\n\ndef wrapped(x):\n    return act(x)\n", BASE.format("nn.Module"), ""),
    "base.py": (BASE.format("nn.Module"), BASE.format("object"), "from parts import Block as Base\n", ""),
    "user.py": USERS,
    "other.py": USERS,
    "pkg/__init__.py": ("", "from .inner import act\n", "from parts import act\n"),
    "pkg/inner.py": (PARTS, MODEL.format("from . import act", "act(x)"), MODEL.format("import parts", "parts.act(x)")),
    "pkg/parts.py": (PARTS, ""),
    "parts/__init__.py": (PARTS, "from .base import Base\n"),
}  # fmt: skip
# None of the contents: the file is not there.
GONE = -1


def apply(root: Path, edits: Mapping[str, int]) -> None:
    for name, number in edits.items():
        path = root / name
        if number == GONE:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(CONTENTS[name][number])


def found(root: Path, *, cached: bool) -> dict[str, object]:
    engine_of.cache_clear()
    project = Project(root, Config())
    paths = sorted(root.rglob("*.py"))
    if not cached:
        results = check_project(project, paths, None, 1, lambda _: None)
    else:
        referring = partial(referring_files, root, project.config)
        with closing(ResultCache(root / "cache", "", 0, referring)) as cache:
            cache.open()
            results = check_project(project, paths, cache, 1, lambda _: None)
    return {result.path.name: (result.findings, result.problems) for result in results}


def remembered(root: Path) -> int:
    project = Project(root, Config())
    referring = partial(referring_files, root, project.config)
    with closing(ResultCache(root / "cache", "", 0, referring)) as cache:
        cache.open()
        return sum(cache.get(path) is not None for path in sorted(root.rglob("*.py")))


@settings(max_examples=20)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(CONTENTS)), st.integers(GONE, 20)), min_size=2, max_size=5
    )
)
@example([{"parts.py": 0, "user.py": 11}, {"user.py": 0}, {"user.py": 1, "other.py": 2}, {"other.py": 9}])
@example([{"user.py": 10, "other.py": 0}, {"base.py": 0}, {"base.py": 1}, {"base.py": GONE, "parts.py": 0}])
@example([{"pkg/inner.py": 1, "pkg/parts.py": 0}, {"pkg/__init__.py": 1}, {"pkg/__init__.py": GONE}])
def test_a_cached_run_finds_what_a_fresh_one_finds(steps: list[dict[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for step in steps:
            apply(
                root,
                {
                    name: number if number == GONE else number % len(CONTENTS[name])
                    for name, number in step.items()
                },
            )
            assert found(root, cached=True) == found(root, cached=False)


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        # `act` is used in one more place: what defines it is checked again, and nothing else.
        ({"other.py": 9}, 2),
        # A word that no result asked for: only the file itself is checked again.
        ({"base.py": 2}, 2),
        ({}, 3),
    ],
)
def test_only_what_may_have_changed_is_checked_again(edit: dict[str, int], kept: int, tmp_path: Path) -> None:
    apply(tmp_path, {"parts.py": 0, "user.py": 0, "base.py": 0})
    found(tmp_path, cached=True)
    assert remembered(tmp_path) == 3
    apply(tmp_path, edit)
    assert remembered(tmp_path) == kept
