"""TR301: a branch that the numbers in a tensor decide."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from torchready.facts.events import Basis, TensorTest
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.expressions import shortened
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports conditions in what a model's forward runs that depend on the numbers in a tensor: `if x.sum() > 0:`,
`a if mask.any() else b`, `assert x.max() < 1`, `if x.item() == 3:`, `not x`, `max(x, y)`. So do the lengths of what the
numbers choose: `if x.nonzero().shape[0] > 3:`, `if x[x > 0].numel() == 0:`, `if len(x.unique()) == 2:`.

What Python knows without looking into a tensor is not reported: `self.training`, attributes and arguments that are no
tensors, `x is None`, `isinstance`, `hasattr`, other shapes, dimensions, dtypes and devices,
`torch.jit.is_tracing()`. Nor is code that a trace in eval mode never reaches, such as that under `if not
torch.jit.is_tracing():`, `if torch.jit.is_scripting():` or `if self.training:`, and functions that are scripted.

In functions that models of other files may call, and not only while they run, it is information.

## Why is this bad?
A trace records what one input does. The branch that the example takes is kept for all inputs, and nothing but a
warning says so: for an input that would take the other branch the traced model is silently wrong.

| | what happens |
|---|---|
| `torch.jit.trace`, the ONNX exporter built on it | keeps the branch of the example, with a `TracerWarning` |
| `torch.export`, the new ONNX exporter | refuses: data-dependent control flow |
| `torch.jit.script` | keeps both branches |

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x * 2
        return x
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return torch.where(x.sum() > 0, x * 2, x)
```
`torch.where` computes both sides and chooses, number by number if need be; a mask (`x * keep`) does the same. When one
side is expensive or must not run, `torch.cond(predicate, true_function, false_function, operands)` keeps both in the
graph. A check of the input belongs outside of the model, or is `torch._assert(condition, message)`, which a graph can
hold.

## Fix safety
There is no fix: only the author knows whether both sides may be computed.
"""

EXAMPLES = (
    Example(
        "a branch on a sum",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:
            return x * 2
        return x
""",
        ((6, 12, "torch.Tensor.__bool__"),),
    ),
    Example(
        "chosen by the graph, and branches on what is no tensor",
        """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, double):
        super().__init__()
        self.double = double

    def forward(self, x, mask=None):
        if mask is not None and x.dim() == 4:
            x = x * mask
        if self.double:
            return torch.where(x.sum() > 0, x * 2, x)
        return x
""",
    ),
)


WHAT = {
    Basis.TENSOR: "the numbers in a tensor",
    Basis.NUMBER: "a number that was read from a tensor",
    Basis.LENGTH: "a length that the numbers in a tensor decide",
}


def detect(context: RuleContext) -> Iterator[Draft]:
    for test in context.events(TensorTest):
        if test.basis is Basis.SHAPE or test.kind == "while":
            continue
        owner, severity = context.class_name(test.site), context.severity_of_helpers
        yield Draft("TR301", test.site, _message(test), "torch.Tensor.__bool__", owner, severity=severity)


def _message(test: TensorTest) -> str:
    text, what = shortened(test.site.node), WHAT[test.basis]
    if test.basis is not Basis.TENSOR and _chooses(test.site.node):
        return (
            f"`{text}` depends on {what}: a trace keeps the one that its example gives, silently wrong for other"
            " inputs; compute with tensors, `torch.minimum` and `torch.maximum`"
        )
    if test.kind in ("assert", "check"):
        # Of a number torch.export keeps an assertion by itself.
        refuses = (
            "" if test.kind == "assert" and test.basis is not Basis.TENSOR else " and torch.export refuses it"
        )
        return (
            f"the check `{text}` depends on {what}: a trace loses it{refuses}; check outside of the model or with"
            " `torch._assert`"
        )
    return (
        f"the branch on `{text}` depends on {what}: a trace keeps the side that its example takes, silently wrong for"
        " other inputs, and torch.export refuses; compute both and choose with `torch.where`, or use `torch.cond`"
    )


def _chooses(node: ast.expr) -> bool:
    """`min(n, 8)`, which torch.export can hold."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("min", "max")


RULE = Rule(
    code="TR301",
    name="data-dependent-branch",
    guideline=2,
    summary="A branch depends on the numbers in a tensor.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
