"""Code whose interpretation would take forever if work doubled with each line. A test that ends has passed."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.config import Config
from torchready.engine import Engine

HEAD = """\
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.layers = nn.ModuleList([nn.Linear(4, 4)])

    def forward(self, x):
"""
END = "        return F.relu(x)\n"


def indented(level: int, line: str) -> str:
    return f"{'    ' * level}{line}\n"


def in_forward(*lines: str) -> str:
    return HEAD + "".join(lines) + END


def in_constructor(*lines: str) -> str:
    return HEAD.replace("        self.layers", "".join(lines) + "        self.layers") + END


HELPERS = "".join(
    f"\n    def helper{number}(self, x):\n"
    + "".join(f"        x = self.helper{(number + step) % 30}(x)\n" for step in range(1, 12))
    + "        return x\n"
    for number in range(30)
)
FUNCTIONS = "".join(
    f"\n\ndef function{number}(x, n):\n"
    + "".join(f"    x = function{(number + step) % 30}(x, n + {step})\n" for step in range(1, 12))
    + "    return x\n"
    for number in range(30)
)
SOURCES = {
    "nested loops": in_forward(
        *(indented(level + 2, f"for i{level} in range(3):") for level in range(60)), indented(62, "x = x + 1")
    ),
    "nested comprehensions": in_forward(
        f"        x = {'[' * 60}x{''.join(f' for i{n} in range(3)]' for n in range(60))}\n"
    ),
    "lists of lists": in_forward("        kept = [x]\n", "        kept = [kept, kept]\n" * 60),
    "lists of modules": in_constructor(
        "        self.kept = [self.act]\n", "        self.kept = [self.kept, self.kept]\n" * 60
    ),
    "doubled tuples": in_forward("        kept = (x,)\n", "        kept = kept + kept\n" * 60),
    "doubled text": in_forward("        text = 'abcdefgh'\n", "        text = text + text\n" * 60),
    "squared numbers": in_forward("        number = 3\n", "        number = number * number\n" * 60),
    "squared shapes": in_forward("        number = x.shape[0]\n", "        number = number * number\n" * 60),
    "powers": in_forward("        number = 9 ** 9 ** 9 ** 9\n", "        number = 1 << 10000000000\n"),
    "huge lists": in_forward("        kept = [x] * 10 ** 12\n", "        kept = list(range(10 ** 12))\n"),
    "helpers that call each other": in_forward("        x = self.helper0(x)\n") + HELPERS,
    "functions that call each other": in_forward("        x = function0(x, 0)\n") + FUNCTIONS,
    "functions that see each other": in_forward(
        *(
            f"        def inner{n}(x):\n            return {' + '.join(f'inner{m}(x)' for m in range(n)) or 'x'}\n"
            for n in range(40)
        ),
        "        x = inner39(x)\n",
    ),
    "exits in a row": in_forward("        if x is None:\n            return x\n" * 300),
    "branches in a row": in_forward(
        *(f"        if self.flag{n}:\n            x = self.layers[{n}](x)\n" for n in range(150))
    ),
    "a chain of elif": in_forward(
        "        if x is None:\n            pass\n",
        *(f"        elif self.kind == {n}:\n            x = self.layers[{n}](x)\n" for n in range(600)),
    ),
}


@pytest.mark.parametrize("name", SOURCES)
def test_interpretation_ends_and_still_sees_the_rest(name: str, tmp_path: Path) -> None:
    source = SOURCES[name]
    report = Engine(Config(), tmp_path).check(tmp_path / "model.py", source)
    assert report.syntax_problems == ()
    line = source.split("\n").index(END.rstrip("\n"))
    assert ("TR101", line) in {(finding.code, finding.range.start.line) for finding in report.findings}


def test_a_long_forward_is_seen_to_its_end(tmp_path: Path) -> None:
    source = in_forward("        x = self.act(x)\n" * 2000)
    engine = Engine(Config(), tmp_path)
    report = engine.report(engine.open(tmp_path / "model.py", source), quick=True)
    assert [finding.code for finding in report.findings] == ["TR201"] * 1999 + ["TR101"]
