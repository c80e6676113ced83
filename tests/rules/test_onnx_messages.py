"""What TR401 says: the operator, the exporter and the way out that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from torchready.config import Config, ModelConfig
from torchready.engine import Engine
from torchready.finding import Finding
from torchready.torch_api.generation.onnx_exporters import export_error

SOURCE = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 1, 1), nn.FractionalMaxPool2d(2, output_size=2))

    def forward(self, x):
        return {call}

    def spectrum(self, x):
        return torch.linalg.svd(x)
"""


def found(folder: Path, call: str, opset: int | None = None) -> list[Finding]:
    models = (ModelConfig("model:Net", opset=opset),) if opset is not None else ()
    config = Config(select=("TR401",), models=models)
    return list(Engine(config, folder).check(folder / "model.py", SOURCE.format(call=call)).findings)


@pytest.mark.parametrize(
    ("call", "opset", "message"),
    [
        (
            "torch.linalg.svd(x)",
            None,
            "`torch.linalg.svd` cannot be exported to ONNX: torch's exporter (`dynamo=True`, opset 18) has no"
            " translation for `aten::_linalg_svd`; write it with other operations, or compute it outside of the model",
        ),
        (
            "x.cosh()",
            17,
            "`Tensor.cosh` cannot be exported to ONNX: torch's exporter (`dynamo=False`, opset 17) has no translation"
            " for `aten::cosh`; the other exporter has one (`dynamo=True`, opset 18)",
        ),
        (
            "x.tensor_split(2)",
            11,
            "`Tensor.tensor_split` cannot be exported to ONNX: torch's exporter (`dynamo=False`, opset 11) has no"
            " translation for `aten::tensor_split`; it has one from opset 13 on",
        ),
        (
            "self.net(x)",
            None,
            "`nn.FractionalMaxPool2d` cannot be exported to ONNX: torch's exporter (`dynamo=True`, opset 18) has no"
            " translation for `aten::fractional_max_pool2d`; write it with other operations, or compute it outside of"
            " the model",
        ),
        (
            "self.spectrum(x)",
            None,
            "`torch.linalg.svd` cannot be exported to ONNX: torch's exporter (`dynamo=True`, opset 18) has no"
            " translation for `aten::_linalg_svd`; write it with other operations, or compute it outside of the model",
        ),
    ],
)
def test_the_message_names_operator_exporter_and_way_out(
    call: str, opset: int | None, message: str, tmp_path: Path
) -> None:
    (finding,) = found(tmp_path, call, opset)
    assert finding.message == message
    assert finding.class_name == "Net"


def test_the_place_is_where_the_module_runs(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "self.net(x)")
    assert (finding.symbol, finding.range.start, finding.range.end) == ("self.net", (10, 15), (10, 23))


@pytest.mark.parametrize(
    ("call", "opset"),
    [
        ("x.cosh()", None),
        ("x.tensor_split(2)", 13),
        ("x.erfinv() if self.training else x", None),
        ("x if torch.onnx.is_in_onnx_export() else x.erfinv()", None),
        ("x if torch.onnx.is_in_onnx_export() else x.erfinv()", 17),
        ("x if is_torchdynamo_exporting() else x.erfinv()", None),
        ("nn.functional.ctc_loss(x, x, x, x)", 17),
        ("nn.SoftMarginLoss()(x, x)", 17),
    ],
)
def test_what_is_exported_otherwise_or_never_is_left_alone(
    call: str, opset: int | None, tmp_path: Path
) -> None:
    text = SOURCE.format(call=call)
    assert "spectrum" in text
    assert [one for one in found(tmp_path, call, opset) if one.range.start.line == 10] == []


def test_what_keeps_out_one_exporter_is_left_to_the_other(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "x if is_torchdynamo_exporting() else x.erfinv()", 17)
    assert finding.symbol == "torch.Tensor.erfinv"
    assert "`dynamo=False`" in finding.message


COPIES = """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = torch.zeros(2, 3)
        {copy}
        return y
"""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("copy", "is_refused"), [("y.copy_(x)", True), ("y[0].copy_(x[0])", False)])
def test_a_copy_into_a_part_is_written(copy: str, is_refused: bool, tmp_path: Path) -> None:
    source = COPIES.format(copy=copy)
    config = Config(select=("TR401",), models=(ModelConfig("model:Net", opset=17),))
    report = Engine(config, tmp_path).check(tmp_path / "model.py", source)
    names: dict[str, Any] = {}
    exec(source, names)
    error = export_error("torchscript", names["Net"](), (torch.rand(2, 3),), 17)
    assert (bool(report.findings), bool(error)) == (is_refused, is_refused)
