"""TR001: a comment that switches a rule off where nothing is to be switched off."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports `# torchready: ignore[...]`, `# torchready: ignore-file[...]` and codes of torchready in `# noqa:
...` that suppress no finding, that name a rule that does not exist, or that are not written in a way that
works.

Codes of rules that are switched off, also by `per-file-ignores`, are left alone, and so are the codes of
other linters. While the file has a syntax error nothing is reported: findings may be missing for that
reason.

## Why is this bad?
A suppression that outlived its reason hides the next finding on its line, one that somebody should see. One
with a misspelt code never worked.

## Example
```python
def forward(self, x):
    return self.relu(x)  # torchready: ignore[TR101]
```

## Use instead
```python
def forward(self, x):
    return self.relu(x)
```

## Fix safety
Safe: the code, or the whole comment, is removed and nothing else. An explanation behind it goes with it.
Comments that are malformed have no fix, the message shows how to write them.
"""

EXAMPLES = (
    Example(
        "a suppression that outlived its reason",
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)  # torchready: ignore[TR101]
""",
        ((10, 51, ""),),
        """from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(x)
""",
    ),
    Example(
        "suppressions that are needed, or that are not for torchready",
        """import torch.nn.functional as F  # noqa: N812
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.relu(x)  # torchready: ignore[TR101]
""",
    ),
)


def detect(context: RuleContext) -> tuple[Draft, ...]:
    """Nothing: what a suppression did is known only after all other rules, so the engine reports it."""
    del context
    return ()


RULE = Rule(
    code="TR001",
    name="unused-suppression",
    guideline=None,
    summary="A comment switches a rule off where it finds nothing.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="safe",
    examples=EXAMPLES,
    detect=detect,
)
