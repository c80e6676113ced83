"""TR101: a layer written as a function call."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.classes import lineage
from torchready.facts.events import FunctionalCall
from torchready.facts.layers import has_weights_of_module, is_single_operation, layers_of
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule
from torchready.torch_api.functionals import Functional, find_functional

DOCUMENTATION = """
## What it does
Reports a layer that is called as a function, `F.relu(x)`, `torch.softmax(x, dim=1)` or `x.sigmoid()`, in what a
model's forward runs, when `torch.nn` has a module for it.

Views, reshapes, means and everything else that AIMET calls math invariant are not reported, nor are calls outside
of what a forward reaches: losses in a training loop, data preparation, metrics.

## Why is this bad?
Tools that work on modules see modules only. AIMET puts its quantizers on modules, so a functional layer stays
unquantized without a word; hooks, pruning and layer replacement miss it too. With a module the model computes the
same numbers and needs no new training.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return F.relu(self.conv(x))
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x))
```

## Fix safety
The fix is safe where function and module were run against each other and gave the same bits, where all arguments
that move to the constructor are known there, and where the call runs once per forward. `F.dropout(x)` without
`training=self.training` always drops, also in eval mode, which no module does: its fix is unsafe.
There is no fix in a loop, in a function outside of the class, in a class that is no `nn.Module`, or for arguments
that are known at run time only.
"""

EXAMPLES = (
    Example(
        "the guideline's own example",
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        return F.relu(self.conv(x))
""",
        ((12, 16, "torch.nn.functional.relu"),),
        """import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.conv(x))
""",
    ),
    Example(
        "a module, and a function outside of the model",
        """import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x).flatten(1)


def train(model, batch, target):
    return F.cross_entropy(model(batch), target)
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for call in context.events(FunctionalCall):
        functional = find_functional(call.symbol)
        if functional is None or has_weights_of_module(call, functional) is not None:
            continue
        layers = layers_of(call, functional)
        if not layers or context.allow_functional(call.symbol):
            continue
        if context.profile == "aimet" and is_single_operation(context.project, context.seen, call.site):
            continue
        wanted = f"`{layers[0].replace('torch.nn.', 'nn.')}`"
        if len(layers) > 1:
            wanted += " or its like"
        owner = call.site.owner
        is_held = owner is None or lineage(context.project, owner).is_module
        yield Draft(
            "TR101",
            call.site,
            f"`{_short(call.symbol)}` is called as a function: AIMET and other tools that work on modules do not see"
            f" it; make it an {wanted} {'in `__init__`' if is_held else 'of the module that runs it'}",
            call.symbol,
            context.class_name(call.site),
            _repair(call, functional),
        )


def _repair(call: FunctionalCall, functional: Functional):
    def repair(repairs: Repairs) -> Fix | Refusal:
        if not call.is_direct:
            return Refusal(
                "the function reaches this call through a variable: build the module where it is chosen"
            )
        found = repairs.editor_at(call.site)
        if isinstance(found, Refusal):
            return found
        editor, function = found
        node = repairs.node_at(call.site, function, call.call)
        if node is None:
            return Refusal("it is written in an unusual way: change it by hand")
        return editor.replace_functional(
            node, function, functional, receiver_is_first=call.is_method, repeats=call.repeats
        )

    return repair


def _short(symbol: str) -> str:
    return symbol.replace("torch.nn.functional.", "F.").replace("torch.Tensor.", "Tensor.")


RULE = Rule(
    code="TR101",
    name="functional-layer",
    guideline=3,
    summary="A layer is called as a function instead of being a module made in `__init__`.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe where proven equal, otherwise unsafe or none",
    examples=EXAMPLES,
    detect=detect,
)
