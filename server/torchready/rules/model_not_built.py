"""TR480: the model cannot be built. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Reports what stops the model from being built: its file cannot be imported, the constructor raises, or it was given
other arguments than it wants. The place is the last line of the user's code that ran. Found by `torchready verify`.

## Why is this bad?
Nothing else of the model can be checked.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [4, 8]
        self.layer = nn.Linear(widths[0], widths[2])
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [4, 8]
        self.layer = nn.Linear(widths[0], widths[1])
```

## Fix safety
There is no fix. Where the constructor wants arguments, give them in the configuration: `args` and `kwargs` of the
model, or a function of yours as `target` that builds it.
"""

EXAMPLES = (
    Example(
        "an index that does not exist",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [4, 8]
        self.layer = nn.Linear(widths[0], widths[2])

    def forward(self, x):
        return self.layer(x)
""",
        ((8, 43, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "one that does",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [4, 8]
        self.layer = nn.Linear(widths[0], widths[1])

    def forward(self, x):
        return self.layer(x)
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR480",
    name="model-not-built",
    guideline=1,
    summary="The model cannot be built.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
