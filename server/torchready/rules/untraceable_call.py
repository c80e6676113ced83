"""TR307: a call that no graph can hold."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import UntraceableCall
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports calls in what a model's forward runs whose result is another one each time but no part of the graph: random
numbers of Python or NumPy, `random.random()`, `numpy.random.rand()`, and clocks, `time.time()`; calls that graphs do
not know, `copy.deepcopy(x)` of a tensor and `loss.backward()`; and, as information, `try` around tensor computations.

Code that a trace in eval mode never reaches, such as that under `if self.training:`, is not reported.

## Why is this bad?
| | random numbers, clocks | `copy.deepcopy(x)` | `y.backward()` | `try` |
|---|---|---|---|---|
| `torch.jit.trace` | keeps the example's number | copies a constant | fails, or loses it | keeps one way |
| `torch.export` | keeps the example's number, refused if strict | refuses | refuses if strict | keeps one way |
| ONNX, either exporter | keeps the example's number | as above | as above | as above |

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return x + random.random()
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return x + torch.rand(())
```
Random numbers of torch are part of the graph: `torch.rand`, `torch.randn`, `torch.randint`. What is random in training
only belongs under `if self.training:`. `x.clone()` copies a tensor. Time is measured, and gradients are taken, outside
of the model.

## Fix safety
There is no fix: the numbers would be others.
"""

EXAMPLES = (
    Example(
        "random numbers, and a clock",
        """import random
import time

import numpy as np
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        start = time.time()
        x = x + random.random() + np.random.rand()
        return x * (time.time() - start)
""",
        (
            (10, 17, "time.time"),
            (11, 17, "random.random"),
            (11, 35, "numpy.random.rand"),
            (12, 21, "time.time"),
        ),
    ),
    Example(
        "random numbers of torch, and in training only",
        """import random

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = random.random()

    def forward(self, x):
        if self.training and random.random() < 0.5:
            return x
        return x * self.scale + torch.rand(())
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for call in context.events(UntraceableCall):
        severity = Severity.INFORMATION if call.kind == "try" else Severity.WARNING
        yield Draft(
            "TR307", call.site, _message(call), call.symbol, context.class_name(call.site), severity=severity
        )


def _message(call: UntraceableCall) -> str:
    name = f"`{call.symbol.replace('torch.Tensor.', 'Tensor.')}`"
    match call.kind:
        case "random":
            return (
                f"{name} is no part of a graph: a trace and an export keep the number of the example for all calls; use"
                " torch's random numbers, or `if self.training:`"
            )
        case "clock":
            return f"{name} is no part of a graph, which keeps the time of the example: measure outside of the model"
        case "copy":
            return f"{name} copies a tensor where no graph sees it: use `.clone()`"
        case "backward":
            return f"{name} in forward is no part of a graph: take gradients outside of the model"
        case _:
            return "a graph keeps the way of the example through this `try`: test before instead of catching after"


RULE = Rule(
    code="TR307",
    name="untraceable-call",
    guideline=2,
    summary="A call whose result no graph can hold, such as a random number of Python or a clock.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
