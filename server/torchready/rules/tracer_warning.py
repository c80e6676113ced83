"""TR391: torch.jit.trace warns of the user's code. Only a run finds it."""

from __future__ import annotations

from torchready.finding import Severity
from torchready.rules.rule import Example, Rule, found_by_running

DOCUMENTATION = """
## What it does
Reports what the tracer warns of, at the expression in the user's code that made it warn, once. Warnings about code of
torch's own and of other libraries are left out, such as the many of a single `print(x)`. Found by `torchready verify`.

## Why is this bad?
The tracer warns where a tensor becomes a Python value. What is computed from it from there on is a constant of the
trace: right for the example, and silently wrong for other inputs. See
[TR301](TR301.md) and [TR303](TR303.md), which find the same in the code, and [TR392](TR392.md), which says that the
results do differ.

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        return x / float(x.abs().max())
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return x / x.abs().max()
```

## Fix safety
There is no fix: what the code should do instead depends on what the value is for. A warning about something that is
the same for all inputs is harmless; `# torchready: ignore[TR391]` on the line says so.
"""

EXAMPLES = (
    Example(
        "a number out of a tensor",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / float(x.abs().max())
""",
        ((6, 20, ""),),
        inputs=((2, 4),),
    ),
    Example(
        "a tensor that stays one",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / x.abs().max()
""",
        inputs=((2, 4),),
    ),
)


RULE = Rule(
    code="TR391",
    name="tracer-warning",
    guideline=2,
    summary="torch.jit.trace warns of the user's code.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=found_by_running,
)
