"""TR302: a loop that runs as often as the numbers in a tensor say."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import Basis, TensorLoop, TensorTest
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.expressions import shortened
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports loops in what a model's forward runs whose number of turns depends on the numbers in a tensor: `while x.sum() >
0:`, `for _ in range(int(steps)):`, `for _ in range(x.max().item()):`, `for index in x.nonzero():`,
`for i in range(x[x > 0].shape[0]):`.

Loops over the shape of a tensor, or over the tensor itself, are TR304's. Loops that a trace in eval mode never reaches
are not reported, see TR301.

In functions that models of other files may call, and not only while they run, it is information.

## Why is this bad?
A trace unrolls the loop: the graph holds as many copies of its body as the example took turns, for all inputs.

| | what happens |
|---|---|
| `torch.jit.trace`, the ONNX exporter built on it | unrolls the turns of the example, with a `TracerWarning` at most |
| `torch.export`, the new ONNX exporter | refuses: data-dependent control flow |
| `torch.jit.script` | keeps the loop |

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        while x.norm() > 1:
            x = x / 2
        return x
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        for _ in range(8):
            x = torch.where(x.norm() > 1, x / 2, x)
        return x
```
A fixed number of turns with a mask computes the same when the bound is known. Where it is not, move the loop out of the
model and export its body, or keep it in the graph: `torch.while_loop` for `torch.export`, a function under
`@torch.jit.script` for a trace.

## Fix safety
There is no fix: only the author knows a bound.
"""

EXAMPLES = (
    Example(
        "a loop until a norm is small",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        while x.norm() > 1:
            x = x / 2
        return x
""",
        ((6, 15, "torch.Tensor.__bool__"),),
    ),
    Example(
        "as many turns as a tensor says",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x, steps):
        for _ in range(int(steps.sum())):
            x = x / 2
        return x
""",
        ((6, 18, "range"),),
    ),
    Example(
        "loops of which Python knows the end",
        """from torch import nn


class Net(nn.Module):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth
        self.layers = nn.ModuleList([nn.Linear(4, 4) for _ in range(depth)])

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        for _ in range(self.depth):
            x = x / 2
        return x
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for event in (*context.events(TensorTest), *context.events(TensorLoop)):
        if isinstance(event, TensorTest):
            if event.kind != "while" or event.basis is Basis.SHAPE:
                continue
            word, symbol = "while", "torch.Tensor.__bool__"
        elif event.basis in (Basis.NUMBER, Basis.LENGTH):
            word, symbol = "over", "range"
        else:
            continue
        yield Draft(
            "TR302",
            event.site,
            f"the loop {word} `{shortened(event.site.node)}` runs as often as the numbers in a tensor say: a trace"
            " unrolls the turns of its example for all inputs, and torch.export refuses; run a fixed number of turns"
            " with a mask, or keep the loop outside of the model",
            symbol,
            context.class_name(event.site),
            severity=context.severity_of_helpers,
        )


RULE = Rule(
    code="TR302",
    name="data-dependent-loop",
    guideline=2,
    summary="A loop runs as often as the numbers in a tensor say.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
