"""Models that crash, hang, flood, run away. Each is a file in `hostile` that says what is to be found, where.

A comment `# CODE` stands at the line of the finding, and the start of its message is the docstring's last line; without
one, nothing is found. The docstring may begin with a `timeout` or a `memory`.
"""

from __future__ import annotations

import ast
import re
import shutil
from asyncio import sleep
from pathlib import Path

import pytest
from tests.probe.conftest import Verify

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = Path(__file__).parent / "hostile"
MODELS = sorted(HOSTILE.glob("*.py"))
EXPECTED = re.compile(r"  # (TR\d{3})$")
SETTING = re.compile(r'^(?:""")?(timeout|memory): (\d+)', re.MULTILINE)


def expected(text: str) -> list[tuple[int, str, str]]:
    message = (ast.get_docstring(ast.parse(text)) or "").splitlines()[-1]
    lines = enumerate(text.splitlines())
    return [(line, match[1], message) for line, code in lines if (match := EXPECTED.search(code))]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
async def test_it_is_a_finding_and_the_next_run_works(path: Path, verify: Verify, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path)
    text = path.read_text(encoding="utf-8")
    wanted = expected(text)
    settings = {name: int(value) for name, value in SETTING.findall(text)}
    verification = await verify(f"{path.name}:Net", **settings)
    found = [(finding.range.start.line, finding.code, finding.message) for finding in verification.findings]
    length = len(wanted[0][2]) if wanted else 0
    assert [(line, code, message[:length]) for line, code, message in found] == wanted
    assert verification.passed == (not wanted)
    (tmp_path / "well_behaved.py").write_text(WELL_BEHAVED, encoding="utf-8")
    assert (await verify("well_behaved.py:Net")).passed
    await until_nothing_is_left(tmp_path)


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
