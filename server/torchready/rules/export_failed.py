"""TR393: torch.export fails on the dummy input. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Reports that `torch.export.export` fails although the model runs, at the user's line. It is tried in non-strict mode,
torch's default; where that fails also in strict mode, and the message says whether that is a way out. With
`dynamic-batch` the first dimension of every input may vary, and every line that ties the model to one size is
reported. Found by `torchready verify`.

## Why is this bad?
The exported program is where `torch.onnx.export`, AOTInductor, ExecuTorch and newer quantizers begin.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x * 2
        return x - 1
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return torch.where(x.sum() > 0, x * 2, x - 1)
```

## Fix safety
There is no fix: an export has shapes and no values, and what the code should do without them only its author knows.
"""

EXAMPLES = (
    Example(
        "a value decides",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x * 2
        return x - 1
""",
        ((6, 12, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "a shape decides",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.shape[0] > 1:
            return x * 2
        return x - 1
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR393",
    name="export-failed",
    guideline=2,
    summary="torch.export fails on the dummy input.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
