"""TR105: a module that forward builds anew in every call."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from torchready.facts.events import ModuleBuilt
from torchready.finding import Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports a module that is built and called in what a forward runs: `nn.ReLU()(x)`, or `loss = nn.MSELoss()` and then
`loss(x, y)`.

## Why is this bad?
The module is registered nowhere. Quantization tools put nothing on it, `eval()` does not reach it (a dropout built
in forward always drops), and weights it may have are new in every call and never learned.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return nn.ReLU()(x)
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)
```

## Fix safety
Safe for modules that keep neither parameters nor buffers and whose arguments are known in `__init__`. Unsafe for
dropout, which would begin to follow `eval()`. None for modules with weights.
"""

EXAMPLES = (
    Example(
        "an activation built in forward",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return nn.ReLU()(self.fc(x))
""",
        ((10, 16, "torch.nn.ReLU"),),
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.fc(x))
""",
    ),
    Example(
        "built where it belongs",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for built in context.events(ModuleBuilt):
        name = ast.unparse(built.construction.func)
        symbol = built.torch_class or (built.source.qualified_name if built.source is not None else name)
        yield Draft(
            "TR105",
            built.site,
            f"`{name}` is built in forward, anew in every call, and registered nowhere: build it in `__init__`",
            symbol,
            context.class_name(built.site),
            _repair(built),
        )


def _repair(built: ModuleBuilt) -> Callable[[Repairs], Fix | Refusal]:
    def repair(repairs: Repairs) -> Fix | Refusal:
        found = repairs.editor_at(built.site)
        if isinstance(found, Refusal):
            return found
        editor, function = found
        node = repairs.node_at(built.site, function, built.construction)
        if node is None:
            return Refusal("it is written in an unusual way: change it by hand")
        return editor.move_construction(node, function, repeats=built.repeats)

    return repair


RULE = Rule(
    code="TR105",
    name="module-built-in-forward",
    guideline=3,
    summary="A module is built in forward, anew in every call, instead of in `__init__`.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe if stateless",
    examples=EXAMPLES,
    detect=detect,
)
