"""TR390: torch.jit.trace fails on the dummy input. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Reports that `torch.jit.trace` fails although the model runs, at the line where it failed: what forward gives or takes
that a trace cannot hold, or what the user's code does that stops the tracer. Found by `torchready verify` only, for the
model runs.

## Why is this bad?
A trace holds tensors, and tuples of them. AIMET, the TorchScript-based ONNX exporter and everything else that begins
with a trace end here.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return {"scores": x * 2, "factor": 2}
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return x * 2
```

## Fix safety
There is no fix: what the model gives or takes is its contract with whoever calls it. A small module around it, which
takes tensors and returns a tuple of them, leaves the model as it is.
"""

EXAMPLES = (
    Example(
        "a dict with a number in it",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return {"scores": x * 2, "factor": 2}
""",
        ((6, 16, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "a tensor",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * 2
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR390",
    name="trace-failed",
    guideline=2,
    summary="torch.jit.trace fails on the dummy input.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
