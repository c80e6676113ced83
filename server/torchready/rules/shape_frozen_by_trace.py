"""TR304: loops and Python numbers from shapes, which a trace turns into constants."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from torchready.facts.events import Basis, TensorConversion, TensorLoop, TensorTest
from torchready.finding import Applicability, Edit, Fix, Severity
from torchready.fixes.refusal import Refusal
from torchready.fixes.repairs import Repairs
from torchready.rules.context import Draft, RuleContext
from torchready.rules.expressions import shortened
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Tells where what a model's forward runs makes a Python number of a tensor's shape, `int(x.shape[0] / 2)`,
`math.sqrt(x.size(-1))`, `len(x)`, loops over a shape or over a tensor, `for i in range(x.shape[0])`, `for row in x`, or
branches on a size, `if x.shape[0] > 1`.

Checks that only raise, sizes that are passed on to functions of torch, and what does not depend on sizes, such as
`x.dim()`, are not reported. Nor is the question which kind of input this is, `x.shape[-1] == 4`.

## Why is this bad?
It is not, as long as all inputs have the shape of the example: this is information, no warning. For other shapes the
traced model is wrong, or fails, and for loops not even a `TracerWarning` says so.

| | what happens |
|---|---|
| `torch.jit.trace`, the ONNX exporter built on it | sizes stay sizes in torch functions, here they become constants |
| `torch.export`, the new ONNX exporter | sizes are constants; where a dimension is dynamic, refused or fixed again |
| `torch.jit.script` | keeps all of it |

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        rows = []
        for i in range(x.shape[0]):
            rows.append(x[i] / math.sqrt(x.shape[-1]))
        return torch.stack(rows)
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        return x / x.shape[-1] ** 0.5
```
Compute on whole dimensions instead of looping over one. `x.shape[0]` is a number already, `int()` around it only ends
its life in a trace, and so does `len(x)`; `//` keeps whole numbers whole where `int(... / 2)` freezes them.

## Fix safety
`int(x.shape[0])` becomes `x.shape[0]` and `len(x)` becomes `x.shape[0]`: the same numbers, safe. `math.sqrt(width)`
becomes `(width ** 0.5)`, which differs in the last bit for some sizes: unsafe. The rest is for a person.
"""

EXAMPLES = (
    Example(
        "a loop over rows, and numbers",
        """import math

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        half = int(x.shape[1] / 2)
        rows = [x[i, :half] for i in range(x.shape[0])]
        return torch.stack(rows) / math.sqrt(x.shape[-1]) * len(x)
""",
        (
            (9, 16, "torch.Tensor.__int__"),
            (10, 38, "range"),
            (11, 36, "math.sqrt"),
            (11, 61, "torch.Tensor.__len__"),
        ),
        """import math

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        half = int(x.shape[1] / 2)
        rows = [x[i, :half] for i in range(x.shape[0])]
        return torch.stack(rows) / math.sqrt(x.shape[-1]) * x.shape[0]
""",
    ),
    Example(
        "sizes that stay sizes",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.dim() == 3:
            x = x.unsqueeze(0)
        if x.shape[1] != 3:
            raise ValueError(f"three channels, not {x.shape[1]}")
        batch, channels, height, width = x.shape
        return x.reshape(batch, channels, height * width) / width**0.5
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for event in context.events(TensorLoop):
        if event.basis in (Basis.NUMBER, Basis.LENGTH):
            continue
        text = shortened(event.site.node)
        yield Draft(
            "TR304",
            event.site,
            f"a trace unrolls the loop over `{text}` for the sizes of its example, without a word: right for inputs of"
            " that shape only; compute on the whole dimension at once",
            "range" if event.basis is Basis.SHAPE else "torch.Tensor.__iter__",
            context.class_name(event.site),
        )
    conversions = [event for event in context.events(TensorConversion) if event.basis is Basis.SHAPE]
    for event in conversions:
        yield Draft(
            "TR304",
            event.site,
            f"`{shortened(event.call)}` makes a Python number of a shape: a trace goes on with that of its example,"
            " right for inputs of that shape only",
            event.symbol,
            context.class_name(event.site),
            _repair(event),
        )
    for event in context.events(TensorTest):
        if event.basis is not Basis.SHAPE or event.kind not in ("if", "while"):
            continue
        if _tells_kinds_apart(event.site.node):
            continue
        if not any(event.site.holds(conversion.site) for conversion in conversions):
            yield Draft(
                "TR304",
                event.site,
                f"the branch on `{shortened(event.site.node)}` depends on a shape: a trace keeps the side that its"
                " example takes, right for inputs of that shape only",
                "torch.Tensor.shape",
                context.class_name(event.site),
            )


def _tells_kinds_apart(test: ast.expr) -> bool:
    """`x.shape[-1] == 4`: one kind of input or another, boxes or points, rather than more or fewer of one kind."""
    match test:
        case ast.Compare(ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=int() as size)]):
            # Nothing is left, sizes are broadcast from one, and one is the length of a step of generation.
            return size not in (0, 1)
        case _:
            return False


def _repair(event: TensorConversion) -> Callable[[Repairs], Fix | Refusal] | None:
    found = _replacement(event)
    if found is None:
        return None
    text, applicability, remark = found

    def repair(repairs: Repairs) -> Fix | Refusal:
        span = repairs.range_at(event.site, event.call)
        if span is None:
            return Refusal("it is written in an unusual way: change it by hand")
        return Fix(applicability, f"Write `{text}`{remark}", (Edit(span, text),))

    return repair


def _replacement(event: TensorConversion) -> tuple[str, Applicability, str] | None:
    """(what to write instead, whether that is safe, a remark), None where there is no telling."""
    match event.call:
        case ast.Call(
            args=[ast.Name() | ast.Subscript() | ast.Call() | ast.Attribute() as argument], keywords=[]
        ):
            text = ast.unparse(argument)
        case _:
            return None
    if "\\n" in text or not event.is_direct:
        return None
    match event.symbol:
        case "torch.Tensor.__int__":
            return text, Applicability.SAFE, ""
        case "torch.Tensor.__len__":
            return f"{text}.shape[0]", Applicability.SAFE, ""
        case "math.sqrt" | "numpy.sqrt":
            return f"({text} ** 0.5)", Applicability.UNSAFE, " (unsafe: may differ in the last bit)"
        case _:
            return None


RULE = Rule(
    code="TR304",
    name="shape-frozen-by-trace",
    guideline=2,
    summary="A loop, a branch or a Python number comes from a shape, which a trace turns into a constant.",
    documentation=DOCUMENTATION,
    severity=Severity.INFORMATION,
    fix="safe for some spellings",
    examples=EXAMPLES,
    detect=detect,
)
