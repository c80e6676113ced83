"""TR491: the ONNX file gives other results than the model. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Runs the exported file with onnxruntime on a second input of the same shapes, with other values, and compares with what
the model gives: integers exactly, floating point within a relative tolerance (0.001 for float32). Reports the first
output that differs, at what forward returned there, or at the expression that a trace froze. With `dynamic-batch` it
also runs both on twice the batch size. A model that draws random numbers is not compared. Found by
`torchready verify`, if onnxruntime is installed.

## Why is this bad?
The file is wrong, and nothing says so where it is deployed.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return x * x.max().item()
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return x * x.max()
```

## Fix safety
There is no fix. What a trace froze is told by [TR391](TR391.md) and [TR392](TR392.md); where neither is found, compare
layer by layer: exporter and runtime have errors of their own.
"""

EXAMPLES = (
    Example(
        "a number that the TorchScript-based exporter keeps",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.max().item()
""",
        ((6, 20, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "a tensor that stays one",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.max()
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR491",
    name="onnx-differs",
    guideline=1,
    summary="The ONNX file gives other results than the model.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
