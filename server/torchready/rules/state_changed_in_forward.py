"""TR306: a forward that changes the module, or its inputs."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import StateChange
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports what a model's forward leaves behind: attributes that it assigns, `self.steps += 1`, tensors of the module that
it changes in place, `self.table.add_(x)`, and, as information, inputs that it changes in place, `x += 1`, lists of the
module that it appends to, and attributes that are only set, `self.attention = weights`.

Code that a trace in eval mode never reaches, such as that under `if self.training:`, is not reported.

## Why is this bad?
A graph is a function of its inputs. What differs from call to call through attributes of Python stays as it was for the
example, and nothing says so.

| | `self.steps += 1` | `self.table.add_(x)` on a buffer | `self.table = self.table + x` |
|---|---|---|---|
| `torch.jit.trace` | keeps the example's number | updates it, one turn ahead from tracing | loses the update |
| `torch.export` | keeps the example's number | updates it | updates it if it is a buffer |
| ONNX, either exporter | keeps the example's number | loses the update | loses the update |

An attribute that forward only sets, or an input that it changes in place, does not change what the graph computes: this
is information. Who reads the attribute of a traced or exported model finds nothing new there, and the caller of an ONNX
model finds the input unchanged.

## Example
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.state = torch.zeros(4)

    def forward(self, x):
        self.state = self.state * 0.9 + x
        return self.state
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x, state):
        state = state * 0.9 + x
        return state, state
```
State goes in as an input and comes out as an output. Where torch.export is the only target, a buffer made by
`self.register_buffer` and changed in place works too. Values for inspection come from a hook, or as an output.

## Fix safety
There is no fix: the signature of forward would change.
"""

EXAMPLES = (
    Example(
        "state that grows from call to call",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(4))
        self.steps = 0

    def forward(self, x):
        self.steps += 1
        self.mean.mul_(0.9).add_(x.mean(0))
        return x - self.mean / self.steps
""",
        ((12, 9, "self.steps"), (13, 9, "self.mean")),
    ),
    Example(
        "state that goes in and comes out, and changes of what is forward's own",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x, mean, steps):
        y = x - mean / steps
        y += 1
        y[0] = 0
        kept = []
        kept.append(y)
        if self.training:
            self.last = y
        return kept[0], mean * 0.9 + x.mean(0), steps + 1
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for change in context.events(StateChange):
        message, severity = _judged(change)
        yield Draft(
            "TR306",
            change.site,
            message,
            change.symbol,
            context.class_name(change.site),
            severity=severity,
        )


def _judged(change: StateChange) -> tuple[str, Severity]:
    name = f"`{change.symbol}`"
    match change.kind:
        case "count":
            return (
                f"{name} is computed from its own last value: a graph keeps that of the example for all calls; take the"
                " state as an input and return it",
                Severity.WARNING,
            )
        case "buffer":
            return (
                f"{name} is changed in place: ONNX loses the update, and a trace is one turn ahead; take the state as"
                " an input and return it",
                Severity.WARNING,
            )
        case "input":
            return (
                f"the input {name} is changed in place: the caller of an exported model finds it unchanged; compute a"
                " new tensor",
                Severity.INFORMATION,
            )
        case "list":
            return (
                f"{name} is changed in forward: a graph does not; return what it collects",
                Severity.INFORMATION,
            )
        case _:
            return (
                f"{name} is assigned in forward: whoever reads it from a traced or exported model finds nothing new;"
                " return it",
                Severity.INFORMATION,
            )


RULE = Rule(
    code="TR306",
    name="state-changed-in-forward",
    guideline=2,
    summary="A forward assigns attributes, or changes inputs or tensors of the module in place.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
