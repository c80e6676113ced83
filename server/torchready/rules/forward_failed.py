"""TR481: forward fails on the dummy input. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Reports that the model was built but its forward raises on the dummy input, at the last line of the user's code that
ran. The model runs in evaluation mode and without gradients, as it is deployed. Found by `torchready verify`.

## Why is this bad?
A model that does not run can neither be traced nor exported. If the dummy input is wrong, and not the model, nothing
is known about the model.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(4, 8)

    def forward(self, x):
        return self.wide(self.narrow(x))
```

## Use instead
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(2, 8)

    def forward(self, x):
        return self.wide(self.narrow(x))
```

## Fix safety
There is no fix: correct the model, or the shapes and dtypes of `inputs` in the configuration.
"""

EXAMPLES = (
    Example(
        "shapes that do not fit",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(4, 8)

    def forward(self, x):
        return self.wide(self.narrow(x))
""",
        ((11, 16, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "shapes that fit",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.narrow = nn.Linear(4, 2)
        self.wide = nn.Linear(2, 8)

    def forward(self, x):
        return self.wide(self.narrow(x))
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR481",
    name="forward-failed",
    guideline=1,
    summary="forward fails on the dummy input.",
    documentation=DOCUMENTATION,
    severity=Severity.ERROR,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
