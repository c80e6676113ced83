"""TR104: operations that no module stands for."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import FunctionalCall, Operation
from torchready.facts.layers import is_single_operation
from torchready.facts.operations import wanted_module
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.functional_operator import shown
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports operations on tensors that AIMET wants as modules, `torch.einsum`, `torch.stack`, `x.clamp(0, 1)`,
`x.std()`, `mask & other`, `x.T`, in what a model's forward runs, when neither `torch.nn` nor AIMET has a
module for them.

Not reported: what AIMET calls math invariant (views, reshapes, means, indexing, casts), constants, numbers,
shape arithmetic, values that may be something else than tensors, what only decides a branch, a loop or an
`assert` (a trace keeps nothing of it, see TR301), and a module of one single operation without submodules,
which AIMET takes for a layer of its own.

## Why is this bad?
AIMET's model validator refuses a model with operations that are no modules: their results get no quantizer,
and the simulation is better than the device. Here no ready module helps, so the decision is yours.

## Example
```python
class Attention(nn.Module):
    def forward(self, q, k):
        weights = torch.einsum("bqd,bkd->bqk", q, k)
        return weights.clamp(0, 6)
```

## Use instead
Other operations that have modules, a small module of your own with this one operation in its `forward`, for
which you register a quantized form with AIMET, or an entry in AIMET's list of math invariant types where the
operation does not change the range of its values (`torch.flip`, `torch.stack`).

```python
class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.matmul = custom.MatMul()
        self.clamp = nn.ReLU6()

    def forward(self, q, k):
        return self.clamp(self.matmul(q, k.transpose(1, 2)))
```

## Fix safety
There is no fix: which of these is right depends on what the operation is for.
"""

EXAMPLES = (
    Example(
        "operations without a module",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        x = self.fc(x).clamp(0, 6)
        return torch.stack([x, x])
""",
        ((11, 13, "torch.Tensor.clamp"), (12, 16, "torch.stack")),
        profile="aimet",
    ),
    Example(
        "a module that is one operation",
        """import torch
from torch import nn


class Stack(nn.Module):
    def forward(self, x, y):
        return torch.stack([x, y])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stack = Stack()

    def forward(self, x):
        return self.stack(x, x.flatten(1))
""",
        profile="aimet",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for event in (*context.events(FunctionalCall), *context.events(Operation)):
        wanted = wanted_module(event)
        if wanted is None or wanted.module is not None or context.allow_functional(wanted.symbol):
            continue
        if is_single_operation(context.project, context.seen, event.site):
            continue
        yield Draft(
            "TR104",
            event.site,
            f"`{shown(event)}` is no module, so AIMET places no quantizer on it, and neither torch.nn nor"
            " AIMET has a module for it: rewrite it with operations that have one, or write one of your own",
            wanted.symbol,
            context.class_name(event.site),
        )


RULE = Rule(
    code="TR104",
    name="functional-without-module",
    guideline=3,
    summary="An operation that AIMET wants as a module, and for which no module exists.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none: no module does the same",
    examples=EXAMPLES,
    detect=detect,
    profiles=frozenset({"aimet"}),
    needs_operations=True,
)
