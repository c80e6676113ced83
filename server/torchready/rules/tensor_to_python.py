"""TR303: a tensor that becomes a Python value."""

from __future__ import annotations

from collections.abc import Iterator

from torchready.facts.events import Basis, TensorConversion
from torchready.finding import Severity
from torchready.rules.context import Draft, RuleContext
from torchready.rules.expressions import shortened
from torchready.rules.rule import Example, Rule

DOCUMENTATION = """
## What it does
Reports where what a model's forward runs turns a tensor into a Python value: `x.item()`, `x.tolist()`, `x.numpy()`,
`int(x)`, `float(x)`, `bool(x)`, `math.sqrt(x)`, NumPy functions of tensors, tensors in texts, `torch.equal(x, y)`,
and `torch.tensor(x)` of a tensor.

Messages of exceptions and logs are not reported: the model does not compute with them. But where they write a tensor
as a number, as `print(f"{x.mean():.2f}")` does, they are: `torch.export` refuses that. Code that a trace in eval mode
never reaches is not reported, see TR301. Numbers of shapes are TR304's, but for lengths that the numbers in a tensor
decide: `len(x.nonzero())`, `int(x[x > 0].shape[0])`.

In functions that models of other files may call, and not only while they run, it is information.

## Why is this bad?
The value leaves the graph. A trace goes on with the number that its example had, as a constant, for all inputs.

| | what happens |
|---|---|
| `torch.jit.trace`, the ONNX exporter built on it | the number becomes a constant, with a `TracerWarning` |
| `torch.export`, the new ONNX exporter | `.item()` is a symbol that nothing may branch on; refuses NumPy and `math` |
| `torch.jit.script` | keeps `.item()`, `int(x)`, `float(x)`, `bool(x)`; refuses NumPy |

## Example
```python
class Net(nn.Module):
    def forward(self, x):
        scale = x.abs().max().item()
        return x / scale
```

## Use instead
```python
class Net(nn.Module):
    def forward(self, x):
        scale = x.abs().max()
        return x / scale
```
A tensor with one element computes with others as a number does. `torch.sqrt`, `torch.exp` and their like replace the
functions of `math` and NumPy; constants that are computed with NumPy belong into `__init__`, with
`self.register_buffer` if they are arrays.

## Fix safety
There is no fix: what is done with the number decides what to write.
"""

EXAMPLES = (
    Example(
        "a scale as a Python number",
        """from torch import nn


class Net(nn.Module):
    def forward(self, x):
        scale = x.abs().max().item()
        return x / scale
""",
        ((6, 17, "torch.Tensor.item"),),
    ),
    Example(
        "a scale that stays a tensor, and numbers that never were one",
        """from torch import nn


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.width = width

    def forward(self, x):
        if x.min() is None:
            raise ValueError(f"empty: {x}")
        return x / x.abs().max() * float(self.width)
""",
    ),
)


def detect(context: RuleContext) -> Iterator[Draft]:
    for conversion in context.events(TensorConversion):
        if conversion.basis not in (Basis.TENSOR, Basis.LENGTH):
            continue
        yield Draft(
            "TR303",
            conversion.site,
            f"`{shortened(conversion.call)}` {_effect(conversion)}; {_advice(conversion)}",
            conversion.symbol,
            context.class_name(conversion.site),
            severity=context.severity_of_helpers,
        )


def _effect(conversion: TensorConversion) -> str:
    if conversion.basis is Basis.LENGTH:
        return (
            "makes a Python number of a length that the numbers in a tensor decide: a trace goes on with that of its"
            " example as a constant"
        )
    if conversion.symbol == "torch.tensor":
        return "copies a tensor into a constant: a trace keeps what its example had"
    return "takes a tensor out of the graph: a trace goes on with its example's number as a constant"


def _advice(conversion: TensorConversion) -> str:
    module, _, name = conversion.symbol.rpartition(".")
    if module in ("math", "numpy"):
        return f"use the function of torch that does what `{name}` does"
    match conversion.symbol:
        case "torch.tensor":
            return "use the tensor itself, or `.clone()`"
        case "torch.Tensor.__format__":
            return "build no text from tensors in a model"
        case "torch.Tensor.__len__" if conversion.basis is Basis.LENGTH:
            return "use `.shape[0]`, which a graph can hold"
        case _ if conversion.basis is Basis.LENGTH:
            return "use the length as it is, which a graph can hold"
        case "torch.Tensor.numpy" | "torch.Tensor.tolist":
            return "compute with torch, and keep arrays that do not change as buffers"
        case _:
            return "compute with the tensor instead"


RULE = Rule(
    code="TR303",
    name="tensor-to-python",
    guideline=2,
    summary="A tensor becomes a Python value, a constant to a trace.",
    documentation=DOCUMENTATION,
    severity=Severity.WARNING,
    fix="none",
    examples=EXAMPLES,
    detect=detect,
)
