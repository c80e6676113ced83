"""What the findings on functional layers advise where the usual advice would be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from torchready.config import Config
from torchready.engine import Engine

HEADER = """import torch.nn.functional as F
from torch import nn


"""
PLAIN_CLASS = """class Scores:
    def __init__(self):
        self.kept = None

    def __call__(self, x):
        return F.sigmoid(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scores = Scores()

    def forward(self, x):
        return self.scores(x)
"""
DERIVED_LAYER = """class ChannelNorm(nn.LayerNorm):
    def forward(self, x):
        x = x.permute(0, 2, 3, 1)
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps).permute(0, 3, 1, 2)
"""
PADDING = """class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, x):
        return F.pad(x, {padding})
"""


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        (
            PLAIN_CLASS,
            "make it an `nn.Sigmoid` of the module that runs it (no safe fix: it is in a class that is no"
            " nn.Module and can register none: pass the module in)",
        ),
        (
            DERIVED_LAYER,
            "the class is an `nn.LayerNorm` itself: hold an `nn.LayerNorm` as a submodule and call it (no fix:"
            " the keys of the state dict would change)",
        ),
        (
            PADDING.format(padding="(0, 0, 0, x.shape[1] % 2)"),
            "make it an `nn.ConstantPad2d` in `__init__` (no safe fix: `(0, 0, 0, x.shape[1] % 2)` may differ from"
            " call to call, and a module needs it in __init__)",
        ),
        (
            PADDING.format(padding="self.width"),
            "make it an `nn.ConstantPad1d` or its like in `__init__` (no safe fix: the length of `self.width`"
            " decides which module fits: write its numbers into the call)",
        ),
    ],
)
def test_the_message_says_what_can_be_done_here(tmp_path: Path, source: str, advice: str) -> None:
    report = Engine(Config(), tmp_path).check(tmp_path / "model.py", HEADER + source)
    (finding,) = report.findings
    assert finding.message.endswith(advice)
    assert finding.fix is None


def test_a_padding_of_known_length_moves_with_its_attributes(tmp_path: Path) -> None:
    source = HEADER + PADDING.format(padding="(0, 0, self.width, self.width)")
    (finding,) = Engine(Config(), tmp_path).check(tmp_path / "model.py", source).findings
    assert finding.message.endswith("make it an `nn.ConstantPad2d` in `__init__`")
    assert finding.fix is not None


def test_a_module_built_in_a_function_is_said_to_stand_outside(tmp_path: Path) -> None:
    source = HEADER + (
        "def head(layer, width):\n"
        "    return nn.Linear(width, layer.out_features)\n\n\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.fc = nn.Linear(4, 4)\n\n"
        "    def forward(self, x):\n"
        "        return head(self.fc, 4)(x)\n"
    )
    (finding,) = Engine(Config(select=("TR105",)), tmp_path).check(tmp_path / "model.py", source).findings
    assert finding.range.start.line == 5
    assert finding.message.endswith(
        "(no safe fix: it is in a function outside of the class: pass the module in, or make the function a method)"
    )


def test_a_loop_is_named_as_it_is_written(tmp_path: Path) -> None:
    source = HEADER + (
        "class Net(nn.Module):\n"
        "    def forward(self, x):\n"
        "        while x.sum() > 0:\n"
        "            x = x - 1\n"
        "        for index in x.nonzero():\n"
        "            x = x + index\n"
        "        return x\n"
    )
    found = Engine(Config(select=("TR302",)), tmp_path).check(tmp_path / "model.py", source).findings
    starts = [finding.message.partition(" runs")[0] for finding in found]
    assert starts == ["the loop while `x.sum() > 0`", "the loop over `x.nonzero()`"]
