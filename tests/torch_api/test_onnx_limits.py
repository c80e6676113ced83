"""Every known limit is one: its failing call fails in the exporter, the other passes, and the rule tells them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import onnxruntime
import pytest
import torch

from torchready.config import Config, ModelConfig
from torchready.engine import Engine
from torchready.torch_api.generation.onnx_calls import tensors
from torchready.torch_api.generation.onnx_exporters import export_error, exported, told
from torchready.torch_api.modules import find_module
from torchready.torch_api.onnx import Exporter, target
from torchready.torch_api.onnx_limit import ABSENT, UNKNOWN, Condition, Limit
from torchready.torch_api.onnx_limits import LIMITS

OPSETS = {"torchscript": 17, "dynamo": 20}
PAIRS = [(limit, exporter) for limit in LIMITS for exporter in limit.exporters]
SOURCE = """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = {layer}

    def forward(self, {inputs}):
        return {call}
"""


def name_of(limit: Limit) -> str:
    return f"{limit.spellings[0]} {' '.join(one.parameter for one in limit.conditions)}"


def source(limit: Limit, *, fails: bool) -> str:
    evidence = limit.evidence
    call, layer = (
        (evidence.fails, evidence.layer) if fails else (evidence.passes, evidence.other or evidence.layer)
    )
    return SOURCE.format(
        layer=layer or "nn.ReLU()",
        inputs=", ".join(evidence.inputs),
        call=call.replace("layer(", "self.layer("),
    )


def outcome(limit: Limit, exporter: Exporter, *, fails: bool) -> str:
    """What is wrong with the exported model, empty when it computes what the module computes."""
    scope: dict[str, Any] = {}
    exec(source(limit, fails=fails), scope)
    torch.manual_seed(0)
    model = scope["Net"]().eval()
    inputs = [tensors()[name] for name in limit.evidence.inputs]
    expected = model(*inputs)
    try:
        written = exported(exporter, model, inputs, OPSETS[exporter])
        session = onnxruntime.InferenceSession(written, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_inputs()]
        found = session.run(None, {name: tensor.numpy() for name, tensor in zip(names, inputs, strict=True)})
    except Exception as error:
        return told(error)
    wanted = [one.detach().numpy() for one in torch.utils._pytree.tree_leaves(expected)]
    same = limit.evidence.is_random or all(
        one.shape == other.shape and numpy.allclose(one, other, atol=1e-4)
        for one, other in zip(wanted, found, strict=True)
    )
    return "" if same else "differs"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("limit", "exporter"), PAIRS, ids=lambda one: one if isinstance(one, str) else name_of(one)
)
def test_the_exporter_fails_with_these_arguments_only(limit: Limit, exporter: Exporter) -> None:
    assert outcome(limit, exporter, fails=False) == ""
    assert outcome(limit, exporter, fails=True) != ""


@pytest.mark.parametrize("limit", LIMITS, ids=name_of)
def test_the_rule_reports_the_failing_call_only(limit: Limit, tmp_path: Path) -> None:
    model = ModelConfig("model:Net", opset=OPSETS[limit.exporters[0]])
    config = Config(select=("TR402",), models=(model,))
    engine = Engine(config, tmp_path)
    assert engine.check(tmp_path / "model.py", source(limit, fails=False)).findings == ()
    (finding,) = engine.check(tmp_path / "model.py", source(limit, fails=True)).findings
    assert limit.what in finding.message
    assert limit.instead in finding.message
    assert finding.class_name == "Net"
    line = source(limit, fails=True).splitlines()[finding.range.start.line]
    called = line[finding.range.start.column : finding.range.end.column]
    short = limit.spellings[0].rpartition(".")[2].rstrip("_")
    assert called == "self.layer" if limit.evidence.layer else called.endswith(short)


@pytest.mark.parametrize("limit", LIMITS, ids=name_of)
def test_parameters_stand_where_the_limit_says(limit: Limit) -> None:
    for spelling in limit.spellings:
        module = find_module(spelling)
        for condition in limit.conditions if module is not None else ():
            names = [parameter.name for parameter in module.parameters]
            if condition.position is not None:
                assert names.index(condition.parameter) == condition.position


def test_an_exporter_has_its_own_limits() -> None:
    roll = next(limit for limit in LIMITS if "torch.roll" in limit.spellings)
    assert roll.applies(target(17))
    assert not roll.applies(target(20))


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        (Condition("mode", 0, ("area",)), "area", True),
        (Condition("mode", 0, ("area",)), "linear", False),
        (Condition("mode", 0, ("area",)), UNKNOWN, False),
        (Condition("mode", 0, ("area",)), ABSENT, False),
        (Condition("stable", 0, (ABSENT,), negated=True), UNKNOWN, True),
        (Condition("stable", 0, (ABSENT,), negated=True), ABSENT, False),
        (Condition("dims", 0, (ABSENT,)), ABSENT, True),
        (Condition("p", 0, (2, 2.0), negated=True, otherwise=2.0), ABSENT, False),
        (Condition("p", 0, (2, 2.0), negated=True, otherwise=2.0), 1.0, True),
        (Condition("p", 0, (2, 2.0), negated=True, otherwise=2.0), UNKNOWN, False),
        (Condition("flag", 0, (True,)), 1, False),
    ],
)
def test_conditions(condition: Condition, value: object, holds: bool) -> None:
    assert condition.holds(value) is holds


ATTENTION = """import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        batch, length, _ = x.shape
        {code}
        return F.scaled_dot_product_attention(q, k, v)
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("code", "is_known"),
    [
        ("q, k, v = x.reshape(batch, length, 3, 2, 2).permute(2, 0, 3, 1, 4).unbind(0)", False),
        ("q, k, v = x.reshape(batch, length, 1, 3, 2, 2).permute(3, 0, 4, 2, 1, 5).unbind(0)", True),
        ("q, k, v = (x.view((batch, length, 12)).contiguous() for _ in range(3))", True),
        ("q = k = v = x.view(batch, length, 12).transpose(0, 1)", True),
        ("q = k = v = x.view(batch, length, 2, -1).transpose(1, 2)", False),
    ],
)
def test_the_number_of_dimensions_is_followed(code: str, is_known: bool, tmp_path: Path) -> None:
    source = ATTENTION.format(code=code)
    findings = Engine(Config(select=("TR402",)), tmp_path).check(tmp_path / "model.py", source).findings
    assert bool(findings) is is_known
    scope: dict[str, Any] = {}
    exec(source, scope)
    refused = "only 4D query" in export_error("dynamo", scope["Net"](), (torch.rand(2, 5, 12),), 20)
    assert refused or not is_known
