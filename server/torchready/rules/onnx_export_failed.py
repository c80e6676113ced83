"""TR490: torch.onnx.export fails on the dummy input. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Runs `torch.onnx.export` with each exporter that torch has, or those that `exporters` names: the newer one, built on
`torch.export` (dynamo), and the one built on TorchScript. Reports each operator without a translation, all of them at
once, at its line, and whatever else stops an exporter.

The first exporter that `exporters` names decides; where none is named, torch's default does, or, below opset 18, the
one on TorchScript, as for TR401. What another one cannot do is information, for the one that decides writes the file. A
file in another opset than the one asked for is a failure, too: the newer exporter has no translations to anything older
than opset 18, and keeps that where it cannot convert the file down. Found by `torchready verify`.

## Why is this bad?
There is no ONNX file.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return torch.erfinv(torch.tanh(x))
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return torch.tanh(x)
```

## Fix safety
There is no fix. Ways out: another opset, the other exporter, the same mathematics in operators that ONNX has, or a
translation of your own (`custom_translation_table`).
"""

EXAMPLES = (
    Example(
        "an operator without a translation",
        """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)
""",
        ((7, 16, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "operators that ONNX has",
        """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.tanh(x)
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR490",
    name="onnx-export-failed",
    guideline=1,
    summary="torch.onnx.export fails on the dummy input.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
