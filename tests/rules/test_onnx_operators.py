"""TR401 on operators that are written as signs or by their own names, beside what the exporters say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config, ModelConfig
from torchready.engine import Engine
from torchready.finding import Finding, Severity
from torchready.torch_api import onnx
from torchready.torch_api.generation.onnx_exporters import export_error
from torchready.torch_api.onnx_operators import is_of_torch, is_untranslated, operator_named

SIGNS = """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        mask = x > 0
        whole = x.long()
        {statement}
        return torch.where(mask, x, whole)
"""
NAMED = """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        return torch.ops.{operator}(x)
"""


def found(folder: Path, source: str, opset: int, **more: Any) -> tuple[Finding, ...]:
    config = Config(select=("TR401",), models=(ModelConfig("model:Net", opset=opset),), **more)
    return Engine(config, folder).check(folder / "model.py", source).findings


def refusal(source: str, opset: int) -> str:
    scope: dict[str, Any] = {}
    exec(source, scope)
    return export_error(onnx.target(opset).exporter, scope["Net"](), (torch.rand(2, 3) - 0.5,), opset)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("statement", "opset", "instead"),
    [
        ("mask &= x < 1", 17, "mask = mask & (x < 1)"),
        ("mask |= x < 1", 17, "mask = mask | (x < 1)"),
        ("mask ^= x < 1", 17, "mask = mask ^ (x < 1)"),
        ("mask[0] &= mask[1]", 17, "mask[0] = mask[0] & mask[1]"),
        ("whole <<= 1", 17, "whole = whole << 1"),
        ("whole = +x", 17, ""),
        ("mask = mask & (x < 1) | mask ^ ~mask", 17, ""),
        ("whole = whole << 1 >> 1", 17, ""),
        ("mask &= x < 1", 18, ""),
        ("whole <<= 1", 18, ""),
        ("whole = +x // 2 @ x.T if x is None else x", 18, ""),
    ],
)
def test_a_sign_is_reported_where_the_exporter_refuses_it(
    statement: str, opset: int, instead: str, tmp_path: Path
) -> None:
    source = SIGNS.format(statement=statement)
    findings = found(tmp_path, source, opset)
    assert bool(findings) == bool(refusal(source, opset))
    for finding in findings:
        line = source.splitlines()[finding.range.start.line]
        sign = line[finding.range.start.column : finding.range.end.column]
        assert sign == statement.removeprefix("whole = ")
        assert finding.message.startswith(
            f"`{sign}` cannot be exported to ONNX: torch's exporter (`dynamo=False`"
        )
    if instead:
        assert findings[0].message.endswith(f"; `{instead}` has one")
        assert not refusal(SIGNS.format(statement=instead), opset)


@pytest.mark.parametrize(
    "statement",
    [
        "flags = 1; flags &= 2",
        "kept = {1}; kept |= {2}",
        "kept = self.kept; kept |= mask",
        "if self.training: mask &= mask",
        "if not torch.onnx.is_in_onnx_export(): mask &= mask",
    ],
)
def test_what_may_be_no_tensor_or_is_not_exported_is_left_alone(statement: str, tmp_path: Path) -> None:
    assert found(tmp_path, SIGNS.format(statement=statement), 17) == ()


def test_a_sign_in_a_method_is_seen_whatever_else_is_asked(tmp_path: Path) -> None:
    source = """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return self.masked(x > 0)

    def masked(self, mask):
        mask &= mask.flip(0)
        return mask
"""
    (finding,) = found(tmp_path, source, 17)
    assert (finding.range.start, finding.range.end) == ((8, 8), (8, 28))
    assert finding.symbol == "operator.iand"


@pytest.fixture
def scale() -> Iterator[str]:
    """An operator of a library that nobody translates."""
    with torch.library._scoped_library("torchready_tests", "FRAGMENT") as library:
        library.define("scale(Tensor x) -> Tensor")
        library.impl("scale", lambda x: x * 2, "CompositeExplicitAutograd")
        yield "torchready_tests.scale"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("opset", "what_to_do"),
    [
        (17, "register one with `torch.onnx.register_custom_op_symbolic`"),
        (18, "pass one in `custom_translation_table`"),
    ],
)
def test_an_operator_of_others_needs_a_translation_of_theirs(
    opset: int, what_to_do: str, scale: str, tmp_path: Path
) -> None:
    source = NAMED.format(operator=scale)
    (finding,) = found(tmp_path, source, opset)
    assert refusal(source, opset)
    assert finding.severity is Severity.INFORMATION
    assert finding.range.start == (6, 15)
    assert finding.message == (
        f"`torch.ops.{scale}` is an operator of another library: {onnx.described(onnx.target(opset))} has no"
        f" translation of its own for `torchready_tests::scale`; if the library brings none, {what_to_do}"
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "operator",
    [
        "aten._linalg_svd.default",
        "aten.linalg_qr.default",
        "aten.relu.default",
        "aten.erf",
        "aten.add.Tensor",
    ],
)
def test_an_operator_of_torch_by_its_own_name(operator: str, tmp_path: Path) -> None:
    source = NAMED.format(operator=operator).replace("(x)", "(x, x)" if "add" in operator else "(x)")
    findings = found(tmp_path, source, 18)
    assert bool(findings) == bool(refusal(source, 18))
    assert [finding.severity for finding in findings] in ([], [Severity.WARNING])


def test_names_of_operators() -> None:
    assert operator_named("torch.ops.mylib.scale") == "mylib::scale"
    assert operator_named("torch.ops.mylib.scale.default") == "mylib::scale"
    assert operator_named("torch.ops.aten.add.Tensor") == "aten::add.Tensor"
    assert operator_named("torch.ops.load_library") is None
    assert operator_named("torch.relu") is None
    assert is_of_torch("aten::relu")
    assert not is_of_torch("mylib::relu")
    # Which overload is meant, the arguments say.
    assert not is_untranslated("torch.ops.aten._linalg_svd", onnx.target(None))
