"""Models that crash, hang, flood, run away. Each is a file in `hostile` that says what is to be found, where.

A comment `# CODE` stands at the line of the finding, and the start of its message is the docstring's last line; without
one, nothing is found. The docstring may begin with a `timeout` or a `memory`.
"""

from __future__ import annotations

import ast
import re
from asyncio import sleep
from pathlib import Path

import pytest
from tests.probe.conftest import Verify

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = Path(__file__).parent / "hostile"
MODELS = sorted(HOSTILE.glob("*.py"))
# About the parent that forks. Without it, the parent of a run is whoever asked, and processes are counted more seldom
# than this bomb takes to burn down; the other one is held.
FORKS_ONLY = ("fork_bomb", "kills_its_parent")
EXPECTED = re.compile(r"  # (TR\d{3})$")
SETTING = re.compile(r'^(?:""")?(timeout|memory): (\d+)', re.MULTILINE)


def expected(text: str) -> list[tuple[int, str, str]]:
    message = (ast.get_docstring(ast.parse(text)) or "").splitlines()[-1]
    lines = enumerate(text.splitlines())
    return [(line, match[1], message) for line, code in lines if (match := EXPECTED.search(code))]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
async def test_it_is_a_finding_and_the_next_run_works(path: Path, verify: Verify, tmp_path: Path) -> None:
    await expect_what_it_says(path, verify, tmp_path)
    (tmp_path / "well_behaved.py").write_text(WELL_BEHAVED, encoding="utf-8")
    assert (await verify("well_behaved.py:Net")).passed
    await until_nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    "path", [path for path in MODELS if path.stem not in FORKS_ONLY], ids=lambda path: path.stem
)
async def test_it_is_a_finding_where_there_are_no_forks(
    path: Path, verify_afresh: Verify, tmp_path: Path
) -> None:
    """As on macOS and Windows: each run is a process of its own, which imports torch."""
    await expect_what_it_says(path, verify_afresh, tmp_path, most=300)
    await until_nothing_is_left(tmp_path)


async def expect_what_it_says(path: Path, verify: Verify, folder: Path, most: int = 2000) -> None:
    """`most` is the number of processes at which bombs stop by themselves."""
    text = path.read_text(encoding="utf-8")
    (folder / path.name).write_text(text.replace("MOST = 2000", f"MOST = {most}"), encoding="utf-8")
    wanted = expected(text)
    settings = {name: int(value) for name, value in SETTING.findall(text)}
    verification = await verify(f"{path.name}:Net", **settings)
    found = [(finding.range.start.line, finding.code, finding.message) for finding in verification.findings]
    length = len(wanted[0][2]) if wanted else 0
    assert [(line, code, message[:length]) for line, code, message in found] == wanted
    assert verification.passed == (not wanted)


WELL_BEHAVED = """\
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + 1
"""


def left_behind(folder: Path) -> list[int]:
    """Processes whose working directory is where the test's model was."""
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and folder_of(process) == str(folder)
    ]


async def until_nothing_is_left(folder: Path) -> None:
    """A run is killed when its result is told; the system takes a moment to take it down."""
    for _ in range(2000):
        if not left_behind(folder):
            return
        await sleep(0.01)
    assert left_behind(folder) == []


def folder_of(process: Path) -> str | None:
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return None
