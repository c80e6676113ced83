"""TR202: one module called in every turn of a loop."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import ModuleReuse
from torchready.facts.statelessness import is_stateless
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports a call in a loop, a comprehension or `map` that runs the same module in each turn. A loop that takes
another element of an `nn.ModuleList` each time is not reported, nor is a call that one turn makes for all of them:
`if cached is None: cached = self.project(x)`.

## Why is this bad?
Each turn is another place of the exported graph that shares one quantizer range, as with any reused module. The
number of turns is fixed when the model is traced or exported.

## Example
```python
def forward(self, x):
    for _ in range(3):
        x = self.block(x)
    return x
```

## Use instead
```python
def __init__(self):
    super().__init__()
    self.blocks = nn.ModuleList([Block() for _ in range(3)])

def forward(self, x):
    for block in self.blocks:
        x = block(x)
    return x
```

## Fix safety
There is no safe fix: modules of their own in each turn have weights of their own, and the number of turns may be
known at run time only.
"""

EXAMPLES = (
    Example(
        "one block, three times",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = nn.Linear(4, 4)

    def forward(self, x):
        for _ in range(3):
            x = self.block(x)
        return x
""",
        ((11, 17, "self.block"),),
    ),
    Example(
        "three blocks",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
""",
    ),
)


WITHOUT_WEIGHTS = "build an `nn.ModuleList` with one module per turn"
WITH_WEIGHTS = "an `nn.ModuleList` with one module per turn would untie the weights: decide by hand"


def detect(context: RuleContext) -> Iterator[Draft]:
    for reuse in context.events(ModuleReuse):
        if not reuse.in_loop or not reuse.instance.certain:
            continue
        has_weights = is_stateless(context.project, reuse.instance) is False
        yield Draft(
            "TR202",
            reuse.site,
            f"`{reuse.symbol}` is called in every turn of a loop: its quantizers would see one distribution per turn;"
            f" {WITH_WEIGHTS if has_weights else WITHOUT_WEIGHTS}",
            reuse.symbol,
            context.class_name(reuse.site),
        )


RULE = Rule(
    code="TR202",
    name="module-reused-in-loop",
    guideline=4,
    summary="One module is called in every turn of a loop.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
