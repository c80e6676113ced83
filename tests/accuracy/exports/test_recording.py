"""What is written down of a forward: conversions, changes, and what did not run on lines that ran."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.accuracy.exports.conversions import conversions
from tests.accuracy.exports.partial_lines import partial_lines
from tests.accuracy.exports.state import changes
from tests.accuracy.exports.subjects import subjects
from tests.accuracy.zoo.case import BuiltModel, Inputs

from torchready.probe.agent.subject import Subject

SOURCE = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(1))
        self.steps = 0

    def forward(self, x, mask=None):
        if x.dim() > 4 and x.sum() > 0:
            x = -x
        if x.max() > 100 or x.shape[0] > 100:
            x = -x
        scale = float(x.abs().max())
        self.steps += 1
        self.seen.add_(1)
        return {"out": x * scale}
"""


@pytest.fixture
def net(tmp_path: Path) -> tuple[Subject, Subject]:
    path = tmp_path / "tiny" / "net.py"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    specification = importlib.util.spec_from_file_location("tiny_net", path)
    assert specification is not None
    assert specification.loader is not None
    module: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    built = BuiltModel(module.Net(), (Inputs((torch.ones(2, 3),)),))
    return subjects(built, path.parent)


def text_at(line: int, column: int, end_line: int, end_column: int) -> str:
    assert line == end_line
    return SOURCE.splitlines()[line][column:end_column]


def test_a_conversion_has_the_place_of_its_expression(net: tuple[Subject, Subject]) -> None:
    found = [(text_at(*one["range"]), one["what"]) for one in conversions(net[0])]
    assert found == [("x.max() > 100", "__bool__"), ("float(x.abs().max())", "__float__")]


def test_the_rest_of_a_condition_that_ended_early_did_not_run(net: tuple[Subject, Subject]) -> None:
    (spans,) = partial_lines(net[0]).values()
    found = [text_at(*span) for span in spans]
    assert "x.sum() > 0" in found
    assert "x.max() > 100" not in found
    assert "x.dim() > 4" not in found


def test_what_a_forward_leaves_behind(net: tuple[Subject, Subject]) -> None:
    found = changes(net[0])
    assert [(name, how) for _, name, how in found["attributes"]] == [
        ("seen", "in place"),
        ("steps", "assigned"),
    ]
    assert (found["inputs"], found["python_random"]) == (False, False)
    assert net[0].model.steps == 0


def test_a_model_is_exported_with_tensors_only(net: tuple[Subject, Subject]) -> None:
    as_it_is, as_exported = net
    assert set(as_it_is.run(as_it_is.model, as_it_is.inputs)) == {"out"}
    (out,) = as_exported.run(as_exported.model, as_exported.inputs)
    assert out.tolist() == [[1.0] * 3] * 2
