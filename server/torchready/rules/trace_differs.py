"""TR392: the traced graph gives other results than the model. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Traces the model on the dummy input and runs both on a second one of the same shape, with other values (negated and
reversed), and with another state of Python's random numbers. Reports results that differ, at the expression that
depends on what the trace froze, or else at what forward returned. With `dynamic-batch` it also runs both on twice the
batch size. Found by `torchready verify`.

## Why is this bad?
The trace is wrong: a branch, a number or a random number of the example was kept for all inputs. Nothing would say so
where the model is deployed.

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
There is no fix: compute both sides and choose with `torch.where`, or use `torch.cond` with an exporter that knows it.
"""

EXAMPLES = (
    Example(
        "a branch that the second input would not take",
        """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x * 2
        return x - 1
""",
        ((7, 12, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "both sides are computed",
        """import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.where(x.sum() > 0, x * 2, x - 1)
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR392",
    name="trace-differs",
    guideline=2,
    summary="The traced graph gives other results than the model.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
