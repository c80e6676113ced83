"""TR403: what it says and mends, and what the exporters make of a fixed batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy
import onnxruntime
import pytest
import torch

from torchready.config import Config
from torchready.engine import Engine, Fixed, Report
from torchready.finding import Severity
from torchready.torch_api.generation.onnx_exporters import exported

SOURCE = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.AdaptiveAvgPool2d({size})
        self.features = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
        self.fc = nn.Linear(16, 2)

    def forward(self, x):
        x = {features}
        return self.fc({call})
"""
KNOWN = "self.pool(self.norm(self.conv(x)))"


def source(call: str, features: str = KNOWN, size: str = "2") -> str:
    return SOURCE.format(call=call, features=features, size=size)


def report(folder: Path, text: str) -> Report:
    return Engine(Config(select=("TR403",)), folder).check(folder / "model.py", text)


def fixed(folder: Path, text: str, *, unsafe: bool) -> Fixed:
    return Engine(Config(select=("TR403",)), folder).fix_all(folder / "model.py", text, unsafe=unsafe)


@pytest.mark.parametrize(
    ("call", "features", "severity", "message"),
    [
        (
            "x.view(2, -1)",
            KNOWN,
            Severity.WARNING,
            "`Tensor.view` puts the number 2 in the place of the batch: the model works, and its ONNX form too, for"
            " no other batch size; take the batch over with `x.shape[0]`",
        ),
        (
            "x.view(-1, 16)",
            KNOWN,
            Severity.INFORMATION,
            "`Tensor.view` with (-1, 16) makes the batch of what remains: say that it stays what it was, with"
            " `x.shape[0]`",
        ),
        (
            "x.reshape((-1, 16))",
            "self.features(x)",
            Severity.INFORMATION,
            "`Tensor.reshape` with (-1, 16) makes the batch of what remains: an input of another size silently"
            " becomes another number of samples; write `x.shape[0]`",
        ),
        (
            "torch.reshape(x, [-1, 8])",
            KNOWN,
            Severity.INFORMATION,
            "`torch.reshape` with (-1, 8) makes the batch of what remains, and a sample holds 16 numbers here:"
            " samples are cut or joined",
        ),
    ],
)
def test_what_it_says(call: str, features: str, severity: Severity, message: str, tmp_path: Path) -> None:
    (finding,) = report(tmp_path, source(call, features)).findings
    assert finding.message == message
    assert finding.severity is severity
    assert finding.range.start.line == 15
    assert finding.range.start.column == len("        return self.fc(")


@pytest.mark.parametrize(
    ("call", "features"),
    [
        ("x.view(x.shape[0], 16)", KNOWN),
        ("x.view(x.size(0), -1)", KNOWN),
        ("x.flatten(1)", KNOWN),
        ("x.view(-1, x.shape[1])", KNOWN),
        ("x.view(-1)", KNOWN),
        ("x.view(-1, 2, 8)", KNOWN),
        ("x.view(1, -1)", "x"),
        ("x.view(1, -1)", "self.pool(self.conv(x)).mean(0)"),
        ("self.fc.weight.view(1, -1)", KNOWN),
        ("x.expand(-1, 4, 2, 2)", KNOWN),
    ],
)
def test_what_it_leaves_alone(call: str, features: str, tmp_path: Path) -> None:
    assert report(tmp_path, source(call, features)).findings == ()


@pytest.mark.parametrize(
    ("call", "features", "size", "safe", "unsafe"),
    [
        ("x.view(-1, 16)", KNOWN, "2", "x.view(x.shape[0], 16)", "x.view(x.shape[0], 16)"),
        ("x.view((-1, 16))", KNOWN, "(2, 2)", "x.view((x.shape[0], 16))", "x.view((x.shape[0], 16))"),
        # A convolution takes a single image too, and nobody knows this pool's size.
        (
            "x.view(-1, 16)",
            "self.pool(self.conv(x))",
            "2",
            "x.view(-1, 16)",
            "x.view(x.shape[0], 16)",
        ),
        ("x.view(-1, 16)", KNOWN, "size", "x.view(-1, 16)", "x.view(x.shape[0], 16)"),
        (
            "torch.reshape(x, (2, -1))",
            KNOWN,
            "2",
            "torch.reshape(x, (2, -1))",
            "torch.reshape(x, (x.shape[0], -1))",
        ),
        ("(x + 1).view(2, -1)", KNOWN, "2", "(x + 1).view(2, -1)", "(x + 1).view(2, -1)"),
    ],
)
def test_fixes(call: str, features: str, size: str, safe: str, unsafe: str, tmp_path: Path) -> None:
    text = source(call, features, size)
    assert fixed(tmp_path, text, unsafe=False).text == source(safe, features, size)
    assert fixed(tmp_path, text, unsafe=True).text == source(unsafe, features, size)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("exporter", ["dynamo", "torchscript"])
def test_a_fixed_batch_does_not_become_dynamic(exporter: Any) -> None:
    assert runs_with_another_batch(exporter, "x.view(x.shape[0], 16)")
    assert not runs_with_another_batch(exporter, "x.view(2, 16)")


def runs_with_another_batch(exporter: Any, call: str) -> bool:
    """Whether a model exported with a dynamic batch, on two images, computes the same for three."""
    scope: dict[str, Any] = {}
    exec(source(call), scope)
    model = scope["Net"]().eval()
    options: dict[str, Any] = (
        {"dynamic_shapes": ({0: torch.export.Dim.DYNAMIC},)}
        if exporter == "dynamo"
        else {"dynamic_axes": {"x": {0: "batch"}}, "input_names": ["x"]}
    )
    try:
        written = exported(exporter, model, (torch.randn(2, 3, 8, 8),), 18, **options)
        session = onnxruntime.InferenceSession(written, providers=["CPUExecutionProvider"])
        image = torch.randn(3, 3, 8, 8)
        (found,) = session.run(None, {session.get_inputs()[0].name: image.numpy()})
        return numpy.allclose(found, model(image).detach().numpy(), atol=1e-4)
    except Exception:
        return False
