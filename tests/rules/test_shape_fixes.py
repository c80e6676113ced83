"""Fixes of TR304 leave what a model computes as it was, to the bit where they are safe."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine

SOURCE = """\
import math

import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x):
        x = self.conv(x)
        batch, channels = int(x.shape[0]), int(x.size(1))
        scores = x.flatten(2) / math.sqrt(x.shape[-1]) ** 2
        scores = scores * len(x) / np.sqrt(x.shape[1])
        half = int(x.shape[2] / 2)
        rank = len(x.shape)
        return scores.reshape(batch, channels, -1)[:, :, : int(half)] / -math.sqrt(channels) * rank
"""
SAFELY_FIXED = SOURCE.replace("int(x.shape[0]), int(x.size(1))", "x.shape[0], x.size(1)").replace(
    "len(x) /", "x.shape[0] /"
)
ALL_FIXED = (
    SAFELY_FIXED.replace("math.sqrt(x.shape[-1])", "(x.shape[-1] ** 0.5)")
    .replace("np.sqrt(x.shape[1])", "(x.shape[1] ** 0.5)")
    .replace("math.sqrt(channels)", "(channels ** 0.5)")
)


def fixed(folder: Path, *, unsafe: bool) -> str:
    return Engine(Config(select=("TR304",)), folder).fix_all(folder / "net.py", SOURCE, unsafe=unsafe).text


def computed(source: str, shape: tuple[int, ...]) -> torch.Tensor:
    names: dict[str, type[torch.nn.Module]] = {}
    exec(compile(source, "net.py", "exec"), names)
    torch.manual_seed(0)
    return names["Net"]()(torch.rand(shape))


def test_fixes_write_sizes_as_they_are(tmp_path: Path) -> None:
    assert fixed(tmp_path, unsafe=False) == SAFELY_FIXED
    assert fixed(tmp_path, unsafe=True) == ALL_FIXED


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 3, 12, 9), (5, 3, 3, 30)])
def test_safe_fixes_change_no_bit(shape: tuple[int, ...]) -> None:
    assert torch.equal(computed(SOURCE, shape), computed(SAFELY_FIXED, shape))


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 3, 12, 9), (5, 3, 3, 30)])
def test_unsafe_fixes_change_the_last_bit_at_most(shape: tuple[int, ...]) -> None:
    torch.testing.assert_close(computed(SOURCE, shape), computed(ALL_FIXED, shape))


def test_a_trace_keeps_what_the_fixes_write_dynamic(tmp_path: Path) -> None:
    source = SOURCE.replace("half = int(x.shape[2] / 2)", "half = 3")
    engine = Engine(Config(select=("TR304",)), tmp_path)
    names: dict[str, type[torch.nn.Module]] = {}
    exec(compile(engine.fix_all(tmp_path / "net.py", source, unsafe=True).text, "net.py", "exec"), names)
    torch.manual_seed(0)
    model, other = names["Net"]().eval(), torch.rand(3, 3, 10, 12)
    traced = torch.jit.trace(model, (torch.rand(2, 3, 8, 8),))
    torch.testing.assert_close(traced(other), model(other))
