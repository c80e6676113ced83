"""TR102: a layer with weights written as a function call on the module's own parameters."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.classes import lineage
from torchready.facts.events import FunctionalCall
from torchready.facts.layers import has_weights_of_module, is_single_operation
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule
from torchready.torch_api.functionals import find_functional

DOCUMENTATION = """
## What it does
Reports `F.linear`, `F.conv2d`, `F.batch_norm`, `F.embedding`, `F.layer_norm` and the like when the weights they are
given are parameters or buffers of the module itself or of one of its submodules, also where a model's forward hands
them to a function of the same file.

A weight that forward computes is not reported: no module of `torch.nn` takes one.

## Why is this bad?
The weight is a bare parameter and the layer a bare call. AIMET puts no quantizer on either, batch norm folding and
cross-layer equalization do not find the layer, and pruning tools pass it by.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 20))

    def forward(self, x):
        return F.linear(x, self.weight)
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(20, 10, bias=False)

    def forward(self, x):
        return self.linear(x)
```

## Fix safety
There is no fix: the parameter would become `linear.weight`, so that checkpoints no longer load, and it would start
from other values. Change it by hand and rename the key where checkpoints are loaded.
"""

EXAMPLES = (
    Example(
        "a linear layer on a parameter",
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 20))

    def forward(self, x):
        return F.linear(x, self.weight)
""",
        ((12, 16, "torch.nn.functional.linear"),),
    ),
    Example(
        "a weight that forward computes",
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.generator = nn.Linear(4, 200)

    def forward(self, x, style):
        return F.linear(x, self.generator(style).view(10, 20))
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for call in context.events(FunctionalCall):
        functional = find_functional(call.symbol)
        if functional is None or not has_weights_of_module(call, functional):
            continue
        if context.allow_functional(call.symbol):
            continue
        if context.profile == "aimet" and is_single_operation(context.project, context.seen, call.site):
            continue
        short = call.symbol.replace("torch.nn.functional.", "F.").replace("torch.Tensor.", "Tensor.")
        module = (functional.module or "a module of torch.nn").replace("torch.nn.", "nn.")
        owner = call.site.owner
        holder = "the module holds itself"
        if owner is None:
            holder = "a module hands to this function"
            advice = f"hand it an `{module}`, which owns its weights, and call that"
        elif functional.module in lineage(context.project, owner).torch_bases:
            advice = f"the class is an `{module}` itself: hold an `{module}` as a submodule and call it"
        else:
            advice = f"make the layer an `{module}`, which owns its weights"
        yield Draft(
            "TR102",
            call.site,
            f"`{short}` works on parameters or buffers that {holder}: {advice}"
            " (no fix: the keys of the state dict would change)",
            call.symbol,
            context.class_name(call.site),
        )


RULE = Rule(
    code="TR102",
    name="functional-with-parameters",
    guideline=3,
    summary="A layer with weights is called as a function on the module's own parameters.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none: the keys of the state dict would change",
    examples=EXAMPLES,
    detect=detect,
)
